/** What `neuf models pull` fetched becomes a model's folder: once, a tensor at a time. */
import { readFile } from 'node:fs/promises'
import { NeufError } from '../errors/errors.ts'
import {
  type PublishedFiles,
  type PublishedModel,
  type PublishedNetworkName,
  type PublishedSettings,
  publishedModel,
  releasedMega,
  releasedMini,
} from '../families/dalle-mini/published/model.ts'
import { type Checkpoint, openCheckpoint } from '../models/checkpoints/checkpoint.ts'
import { writeModel } from '../models/model-folder.ts'
import { UnstorableWeight, type WeightStream } from '../models/network-file.ts'
import {
  type ConvertOptions,
  type ConvertPublished,
  type LocatedFile,
  locatedFile,
} from '../models/published/located-file.ts'
import type { Publication, Role } from '../models/published/publications.ts'
import { type Precision, storesCodes } from '../models/weights.ts'
import { generatorToWrite } from './convert-generator.ts'

type Settings = Omit<PublishedSettings, 'precision'>

/** The settings of what can be pulled. */
const released = ({ model }: Publication): Settings => (model === releasedMega.name ? releasedMega : releasedMini)

/** The converter of published models; `settingsOf` says what the networks of a publication are. */
export const converter =
  (settingsOf: (publication: Publication) => Settings): ConvertPublished =>
  async (files, options) => {
    const open = (role: Role): Promise<Checkpoint> => openCheckpoint(locatedFile(files, role, 'flax_model.msgpack').at)
    const opened: Checkpoint[] = []
    const keep = async (opening: Promise<Checkpoint>): Promise<Checkpoint> => {
      const checkpoint = await opening
      opened.push(checkpoint)
      return checkpoint
    }
    try {
      const flax = await keep(open('generator'))
      const read = (role: Role, path: string): Promise<Uint8Array> => readFile(locatedFile(files, role, path).at)
      const given: PublishedFiles = {
        generator: { flax },
        imageTokenizer: await keep(open('image-tokenizer')),
        scorer: await keep(open('scorer')),
        tokenizer: { json: await read('text', 'tokenizer.json') },
        scorerTokenizer: { json: await read('scorer', 'tokenizer.json') },
        words: await read('text', 'enwiki-words-frequency.txt'),
        card: cardOf(files, options),
      }
      const settings = settingsOf(options.publication)
      const precision = publishedPrecisions(options.precision)
      const model = publishedModel(given, { ...settings, precision })
      const generator = await generatorToWrite(given.generator, settings.generator, options.precision)
      const count = reporter(model, options)
      await writeModel(options.to, {
        ...model,
        networks: {
          generator: { ...generator, weights: count(generator.weights) },
          imageTokenizer: asStream(model, 'imageTokenizer', count),
          scorer: asStream(model, 'scorer', count),
        },
      })
    } catch (cause) {
      if (!(cause instanceof UnstorableWeight)) throw cause
      throw new NeufError('weights-broken', { path: options.publication.name, why: cause.message }, { cause })
    } finally {
      for (const checkpoint of opened) await checkpoint.close()
    }
  }

/** Of the models that Neuf knows by name. */
export const convertPublished: ConvertPublished = converter(released)

/** Few bits for the products; a window of 3 x 3 has no blocks of 32, so the image tokenizer keeps 16, and CLIP has blocks. */
export function publishedPrecisions(precision: Precision): PublishedSettings['precision'] {
  if (!storesCodes(precision)) return { generator: precision, imageTokenizer: precision, scorer: precision }
  return { generator: precision, imageTokenizer: 'fp16', scorer: 'int8' }
}

type Count = (stream: WeightStream) => WeightStream

function asStream({ networks }: PublishedModel, name: PublishedNetworkName, count: Count) {
  const { settings, precision, shapes, weights } = networks[name]
  return { settings, precision, weights: count({ shapes, read: weights }) }
}

/** Tells of every tensor that is read, and stops where that is asked for. */
function reporter({ networks }: PublishedModel, { onProgress, signal }: ConvertOptions): Count {
  const total = Object.values(networks).reduce((sum, { shapes }) => sum + shapes.size, 0)
  let done = 0
  return ({ shapes, read }) => ({
    shapes,
    async *read() {
      for await (const tensor of read()) {
        signal.throwIfAborted()
        yield tensor
        done++
        onProgress?.(Math.min(done, total), total)
      }
    },
  })
}

/** What the model is and where it came from, for its `CARD.md`. */
function cardOf(files: readonly LocatedFile[], { publication, precision }: ConvertOptions): string {
  const rows = files.map(({ role, repository, commit, path, checked }) => {
    return `| ${role} | ${repository} | ${commit.slice(0, 12)} | ${path} | ${checked} |`
  })
  return `# ${publication.model}

${publication.summary}. Converted by \`neuf models pull ${publication.name} --precision ${precision}\` from published files; this
project trained none of these weights and has measured nothing of what they draw. What they were trained on, what they must not be used
for and their licences stand in their own repositories.

| for | repository | commit | file | hash |
|---|---|---|---|---|
${rows.join('\n')}
`
}
