/**
 * Which room of `src/` may import which. `docs/architecture.md` says why; `check-rooms.ts` sees to it.
 *
 * Everyone may import `errors`, and a room its own files. Tests (`*.test.ts` and folders named `testing`) may import
 * anything: they stand outside of what ships.
 */

/** What a file may import whose import's path is not written out. */
export const computed = 'computed'

export type Room = {
  /** Rooms whose files it may import; `server/client.ts` allows that file alone. */
  readonly imports: readonly string[]
  /** Rooms of which it may import types only. */
  readonly types?: readonly string[]
  /** Packages from outside; `node:` stands for all that comes with Node. */
  readonly packages?: readonly string[]
  /**
   * Files (`codec.ts`) or folders (`node/`) of the room at the program's edge, and what these alone may import; `computed` stands for
   * modules that a person names.
   */
  readonly edges?: Readonly<Record<string, readonly string[]>>
}

const anyRoomButPage = [
  'storage',
  'download',
  'random',
  'graph',
  'runtime',
  'networks',
  'text',
  'image',
  'share',
  'safety',
  'models',
  'generate',
  'families',
  'convert',
  'art',
  'corpus',
  'train',
  'credits',
  'evaluate',
] as const

export const rooms: Readonly<Record<string, Room>> = {
  errors: { imports: [] },
  // Files written whole or not at all, read within bounds, and the system's errors in words.
  storage: { imports: [], packages: ['node:'] },
  // Asking a server over HTTP: redirects, attempts, and what went wrong in words.
  download: { imports: [], packages: ['node:'] },
  // Counter-based random numbers: the same on every machine.
  random: { imports: [] },
  graph: { imports: [], packages: ['@bufbuild/protobuf'] },
  runtime: { imports: ['graph'], edges: { 'node/': ['node:', 'onnxruntime-node'] } },
  networks: { imports: ['graph'] },
  text: { imports: [], packages: ['@huggingface/tokenizers'] },
  image: { imports: [], edges: { 'codec.ts': ['node:', 'sharp'], 'fit-picture.ts': ['sharp'] } },
  // Pictures as a page to show to others: HTML without a script.
  share: { imports: ['image'], packages: ['node:'] },
  safety: { imports: [] },
  models: {
    imports: ['storage', 'download'],
    types: ['graph'],
    packages: ['node:'],
    edges: { 'published/hub.ts': ['@huggingface/hub'] },
  },
  generate: { imports: ['text', 'random'], types: ['image'] },
  families: { imports: ['generate', 'networks', 'graph', 'runtime', 'text', 'image', 'random'], types: ['models'] },
  // Published checkpoints to model folders.
  convert: { imports: ['families', 'models', 'networks'], packages: ['node:'] },
  // The pictograms: the list of their sources, fetching and checking them. `corpus` reads what it leaves in a folder.
  art: { imports: ['image', 'storage', 'download'], packages: ['node:'], edges: { 'convert.ts': ['sharp'] } },
  corpus: {
    imports: ['image', 'text', 'storage', 'random', 'safety'],
    packages: ['node:', 'sharp'],
    edges: { 'pictures/parquet-process.ts': ['hyparquet'] },
  },
  // Which drawings of the art a picture looks like, by an index that a model carries.
  credits: {
    imports: ['art', 'corpus', 'image', 'models', 'storage'],
    packages: ['node:'],
    edges: { 'make-index.ts': ['sharp'] },
  },
  train: {
    imports: ['networks', 'graph', 'runtime', 'corpus', 'models', 'text', 'image', 'storage', 'random'],
    packages: ['node:'],
  },
  evaluate: {
    imports: [
      'generate',
      'families',
      'models',
      'corpus',
      'credits',
      'train',
      'networks',
      'text',
      'image',
      'graph',
      'runtime',
      'storage',
      'random',
    ],
    packages: ['node:'],
  },
  server: {
    imports: ['generate', 'families', 'models', 'image', 'share', 'text', 'runtime', 'safety', 'storage', 'credits'],
    packages: ['node:'],
    edges: {
      'http/': ['hono', '@hono/node-server', 'zod'],
      'openai/': ['zod'],
      'automatic1111/': ['zod'],
      'queue.ts': ['pg-boss'],
      'store/database.ts': ['pg-boss'],
      'store/embedded.ts': ['@electric-sql/pglite', 'pg-boss'],
      'store/postgres.ts': ['pg'],
      'picture-judges.ts': [computed],
    },
  },
  // The page; it stands in `web/src`, knows of the server what the API's types say, and reads what pictures carry.
  web: {
    imports: ['generate/choose.ts', 'image/recipe-metadata.ts'],
    types: ['server'],
    packages: ['react', 'react-dom'],
  },
  cli: { imports: [...anyRoomButPage, 'server/server.ts'], packages: ['node:'] },
}
