/**
 * What `neuf models pull` can fetch: which files of which repositories, each at one commit.
 *
 * The SHA-256 are those that the hub's own pages show for these files; where none stands here, the hub's listing at the
 * pinned commit is what a file is checked against (`expected-hash.ts`).
 */

/** What a file is for: a network each, and what turns prompts into text tokens. */
export const roles = ['generator', 'image-tokenizer', 'scorer', 'text'] as const
export type Role = (typeof roles)[number]

export type PublishedFile = {
  readonly role: Role
  /** OWNER/NAME on the hub. */
  readonly repository: string
  /** The whole commit, 40 hexadecimal digits: a branch moves, and shortened ones are not looked up everywhere. */
  readonly commit: string
  readonly path: string
  /** Known beforehand, lower-case hexadecimal. */
  readonly sha256?: string
}

export type Publication = {
  /** As a person names it: the generator's repository. */
  readonly name: string
  /** The folder name of the model that is made of it. */
  readonly model: string
  readonly summary: string
  readonly files: readonly PublishedFile[]
}

type Repository = Pick<PublishedFile, 'repository' | 'commit'>

const mini: Repository = { repository: 'dalle-mini/dalle-mini', commit: 'e0888f668d60b9009e1a00ef4b6c155ec7512610' }
const mega: Repository = { repository: 'dalle-mini/dalle-mega', commit: '661203c9f0b19db31c8c857bad6c9c2315a95b42' }
const vqgan: Repository = {
  repository: 'dalle-mini/vqgan_imagenet_f16_16384',
  commit: 'e93a26e7707683d349bf5d5c41c5b0ef69b677a9',
}
const clip: Repository = {
  repository: 'openai/clip-vit-base-patch32',
  commit: '3d74acf9a28c67741b2f4f2ea7635f0aaf6f0268',
}

/** Weights of a network in Flax's format beside the settings it was built with. */
function network(role: Role, repository: Repository, sha256: string): PublishedFile[] {
  return [
    { role, ...repository, path: 'config.json' },
    { role, ...repository, path: 'flax_model.msgpack', sha256 },
  ]
}

const plain = (role: Role, repository: Repository, paths: readonly string[]): PublishedFile[] =>
  paths.map((path) => ({ role, ...repository, path }))

const imageTokenizer = network(
  'image-tokenizer',
  vqgan,
  '5ef1a8f63877e450b2616169dcd1ab8f7b8a5eb95160549a1805e9e4511caa93',
)

const scorer = [
  ...network('scorer', clip, '2a2994d89bebd77abba5a554789dd9152a7e25467b79d88f6bd237d2dec5051c'),
  ...plain('scorer', clip, ['preprocessor_config.json', 'tokenizer.json', 'vocab.json', 'merges.txt']),
]

/** The tokenizer, and the frequencies of English words by which the normaliser cuts hashtags; mega has no other. */
const text = (repository: Repository): PublishedFile[] => [
  ...plain('text', repository, ['tokenizer.json', 'tokenizer_config.json', 'vocab.json', 'merges.txt']),
  {
    role: 'text',
    ...mini,
    path: 'enwiki-words-frequency.txt',
    sha256: '26bc86b265dacb1f3974fc5aec5fd2523319a2a5207c6ff5c3c602a0f146574b',
  },
]

export const publications: readonly Publication[] = [
  {
    name: 'dalle-mini/dalle-mini',
    model: 'dalle-mini',
    summary: 'DALL·E mini: 438 million weights in the generator; 2.7 GB to fetch',
    files: [
      ...network('generator', mini, 'df70127fbf804aaec7b9eeb54bc123283405ea74e5047bede4986638a384951a'),
      ...text(mini),
      ...imageTokenizer,
      ...scorer,
    ],
  },
  {
    name: 'dalle-mini/dalle-mega',
    model: 'dalle-mega',
    summary: 'DALL·E mega: 2.6 billion weights in the generator; 11.3 GB to fetch',
    files: [
      ...network('generator', mega, '35a6c84b02cff45f7257283dbc7f2e4c403950ef146d9f0c9f5e6b9848b9602c'),
      ...text(mega),
      ...imageTokenizer,
      ...scorer,
    ],
  },
]
