/** `neuf evaluate`: how good a model's pictures are, as another network sees it. */
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readArt } from '../corpus/art.ts'
import { isDrawn } from '../corpus/concepts.ts'
import { openCorpus } from '../corpus/read.ts'
import { type Art, spriteKey } from '../corpus/sprite.ts'
import { NeufError } from '../errors/errors.ts'
import { type EvaluationProgress, evaluate } from '../evaluate/evaluate.ts'
import { openLog } from '../evaluate/evaluation-log.ts'
import { reportText } from '../evaluate/report.ts'
import { type TrainedOn, trainedOn } from '../evaluate/trained-on.ts'
import { drawnAgain, firstOf } from '../evaluate/training-pictures.ts'
import { createVerifier } from '../evaluate/verifier.ts'
import { openFamily } from '../families/open.ts'
import { findModel } from '../models/find-model.ts'
import { openModel } from '../models/model-folder.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import { type Context, defineCommand } from './command.ts'
import { defaultModel } from './open-model.ts'
import { startProgress } from './progress.ts'
import { verifierFor } from './verifier-for.ts'

const besideProject = fileURLToPath(new URL('../../../shared/art', import.meta.url))

/** Training pictures to compare with: all that fit in half a gigabyte, or what can be drawn again in seconds. */
const fromCorpus = 32_768
const fromArt = 4096

export const command = defineCommand({
  name: 'evaluate',
  summary: 'measure how often a model draws what was asked for',
  usage: '',
  positionals: { least: 0, most: 0 },
  about:
    'Draws prompts of five kinds, whose pairs training has seen or never has, and lets a verifier, a network of its own, ' +
    'say what every picture shows. With the art pack it measures the verifier, the ceilings and the baseline too.',
  options: {
    model: { kind: 'text', value: 'NAME|FOLDER', help: 'The model', default: defaultModel },
    prompts: { kind: 'integer', value: 'N', help: 'Prompts of each kind', least: 1, most: 10_000, default: 40 },
    candidates: { kind: 'integer', value: 'N', help: 'Candidates a prompt', least: 1, most: 1024, default: 32 },
    seed: {
      kind: 'integer',
      value: 'N',
      help: 'Which prompts and which candidates',
      least: 0,
      most: Number.MAX_SAFE_INTEGER,
      default: 1,
    },
    art: { kind: 'text', value: 'FOLDER', help: 'The art pack; ../shared/art beside the project when it is there' },
    corpus: { kind: 'text', value: 'FOLDER', help: 'The corpus the model was trained on; else drawn again in part' },
    verifier: { kind: 'text', value: 'FOLDER', help: 'The verifier; the one that came with neuf unless given' },
    log: { kind: 'text', value: 'FILE', help: 'Keeps what was measured, so that a stopped run goes on' },
    json: { kind: 'flag', help: 'Print one JSON object instead of a table' },
  },
  async run(context, options) {
    const path = (given: string): string => resolve(context.folder, given)
    const model = await openModel(await findModel(options.model, context))
    const given = options.verifier === undefined ? undefined : path(options.verifier)
    const stored = await verifierFor(given, model.json.imageSide)
    const learned = await trainedOn(model)
    const wander = learned?.sample.wander ?? false
    const sample = { concepts: stored.classes.objects.slice(0, -1), styles: stored.styles, wander }
    const artFolder = options.art === undefined ? await presentArt() : path(options.art)
    const progress = progressOf(context)
    const corpus = options.corpus === undefined ? undefined : await openCorpus(path(options.corpus))
    const engine = createNodeEngine()
    try {
      const { side } = stored.settings
      if (corpus !== undefined && corpus.side !== side) {
        const expected = `a corpus of pictures of ${side} x ${side}`
        throw new NeufError('option-value', { option: '--corpus', value: options.corpus!, expected })
      }
      const art =
        artFolder === undefined
          ? undefined
          : await readArt({
              folder: artFolder,
              ...sample,
              side,
              onProgress: (done, total) => {
                context.signal.throwIfAborted()
                progress('art', done, total)
              },
            })
      const training = corpus
        ? firstOf(corpus, fromCorpus)
        : art && learned && canDraw(art, learned) && drawnAgain(art, { ...learned, count: fromArt })
      const { candidates, seed, prompts } = options
      const verifier = await createVerifier(engine, stored.settings, stored.classes, stored.weights)
      const key = [model.sha256, stored.sha256, engine.fingerprint, candidates, seed].join(' ')
      const report = await evaluate(
        {
          model: await openFamily(model, engine),
          verifier: { ...verifier, name: stored.name, sha256: stored.sha256, accuracy: stored.accuracy },
          ...(art && { art }),
          ...(training && { training }),
          ...(options.log !== undefined && { log: openLog(path(options.log), key) }),
        },
        { prompts, candidates, chosen: Math.min(9, candidates), seed, sample },
        progress,
        context.signal,
      )
      progress('end', 0, 0)
      context.out.write(options.json ? `${JSON.stringify(report)}\n` : reportText(report))
      return 0
    } finally {
      progress('end', 0, 0)
      corpus?.dispose()
      await engine.dispose()
    }
  },
})

/** Whether the art that was read holds all that the model's scenes show; else they are compared with nothing. */
const canDraw = (art: Art, { sample }: TrainedOn): boolean =>
  sample.styles.every((style) =>
    sample.concepts.every((concept) => !isDrawn(concept, style) || art.sprites.has(spriteKey(style, concept))),
  )

async function presentArt(): Promise<string | undefined> {
  const there = await stat(join(besideProject, 'index.jsonl')).catch(() => undefined)
  return there?.isFile() ? besideProject : undefined
}

type Stage = Parameters<EvaluationProgress>[0] | 'art' | 'end'

const titles: Record<Exclude<Stage, 'end'>, string> = {
  art: 'Reading the art',
  prompts: 'Drawing',
  renders: 'Looking at renders',
  'training pictures': 'Comparing',
}

/** One bar after the other, a new one for every stage. */
function progressOf(context: Context): (stage: Stage, done: number, total: number) => void {
  let current: { stage: Stage; bar: ReturnType<typeof startProgress> } | undefined
  return (stage, done, total) => {
    if (current?.stage !== stage) {
      current?.bar.end()
      current = stage === 'end' ? undefined : { stage, bar: startProgress(context, { what: titles[stage], total }) }
    }
    current?.bar.update(done)
  }
}
