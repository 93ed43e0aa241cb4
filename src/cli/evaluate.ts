/** `neuf evaluate`: how good a model's pictures are, as another network sees it. */
import { join, resolve } from 'node:path'
import { readArt } from '../corpus/art.ts'
import { openCorpus } from '../corpus/read.ts'
import { type SampleSettings, tinySample } from '../corpus/sample.ts'
import { readDrawingIndex } from '../credits/drawing-index.ts'
import { nearCopies } from '../credits/near-copies.ts'
import { NeufError } from '../errors/errors.ts'
import { type EvaluationProgress, evaluate } from '../evaluate/evaluate.ts'
import { openLog } from '../evaluate/evaluation-log.ts'
import { suiteOfFile } from '../evaluate/file-suite.ts'
import { genevalFolder } from '../evaluate/geneval-folder.ts'
import { agreement, agreementText, labelsFile, readLabels, writeLabels } from '../evaluate/labels.ts'
import { mostPrompts, readPromptFile } from '../evaluate/prompt-file.ts'
import { reportText } from '../evaluate/report.ts'
import { kindsFor, suite } from '../evaluate/suite.ts'
import { trainedOn } from '../evaluate/trained-on.ts'
import { drawnAgain, firstOf } from '../evaluate/training-pictures.ts'
import { createVerifier } from '../evaluate/verifier.ts'
import { conceptsOf } from '../evaluate/verifier-network.ts'
import { openFamily } from '../families/open.ts'
import { defaultModel, findModel } from '../models/find-model.ts'
import { openModel } from '../models/model-folder.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import { atomicWrite, makeFolder } from '../storage/atomic-write.ts'
import { boundedRead } from '../storage/bounded-read.ts'
import { normalise } from '../text/normalise.ts'
import { artOption, findArt } from './art-folder.ts'
import { type Context, defineCommand } from './command.ts'
import { deviceFor, deviceOption } from './device.ts'
import { startProgress } from './progress.ts'
import { ownVerifierFor, verifierFor } from './verifier-for.ts'

/** Training pictures to compare with: all that fit in half a gigabyte, or what can be drawn again in seconds. */
const fromCorpus = (side: number): number => Math.floor(2 ** 29 / (side * side * 3))
const fromArt = 4096

/** What GenEval looks at of each prompt. */
const unranked = 4

/** A file of prompts or labels is at most some tens of megabytes. */
const mostBytes = 1000 * mostPrompts

export const command = defineCommand({
  name: 'evaluate',
  summary: 'measure how often a model draws what was asked for',
  usage: '',
  positionals: { least: 0, most: 0 },
  about:
    "Draws prompts of many kinds, in GenEval's manner, whose pairs training has seen or never has, and lets a verifier, a network " +
    'of its own, say what every picture shows. With the art pack it measures the verifier, the ceilings and the baselines too. ' +
    '--prompts-file asks for the prompts of a file instead: GenEval metadata, PartiPrompts, or a prompt a line.',
  options: {
    model: { kind: 'text', value: 'NAME|FOLDER', help: 'The model', default: defaultModel },
    prompts: { kind: 'integer', value: 'N', help: 'Prompts of each kind', least: 1, most: 10_000, default: 20 },
    'prompts-file': { kind: 'text', value: 'FILE', help: "Prompts of a file in place of the model's own" },
    candidates: { kind: 'integer', value: 'N', help: 'Candidates a prompt', least: 1, most: 1024, default: 32 },
    seed: {
      kind: 'integer',
      value: 'N',
      help: 'Which prompts and which candidates',
      least: 0,
      most: Number.MAX_SAFE_INTEGER,
      default: 1,
    },
    art: artOption,
    corpus: { kind: 'text', value: 'FOLDER', help: 'The corpus the model was trained on; else drawn again in part' },
    verifier: { kind: 'text', value: 'FOLDER', help: 'The verifier; the one that came with neuf unless given' },
    scorer: { kind: 'text', value: 'NAME|FOLDER', help: "Score the pictures with this model's scorer, too" },
    out: {
      kind: 'text',
      value: 'FOLDER',
      help: "Keeps results.jsonl, with which a stopped run goes on, report.json, and geneval.jsonl in GenEval's form",
    },
    pictures: { kind: 'flag', help: "With --out: the pictures, too, in GenEval's layout" },
    label: {
      kind: 'integer',
      value: 'N',
      least: 1,
      most: 10_000,
      help: 'With --out: draw N pictures on sheets with what the verifier finds, for a person to judge, and no more',
    },
    labels: {
      kind: 'text',
      value: 'FILE',
      help: 'Compare the verifier with the labels that a person filled in, and no more',
    },
    device: deviceOption,
    json: { kind: 'flag', help: 'Print one JSON object instead of a table' },
  },
  async run(context, options) {
    const path = (given: string): string => resolve(context.folder, given)
    for (const name of ['pictures', 'label'] as const) {
      if (!options[name] || options.out !== undefined) continue
      throw new NeufError('usage', { problem: `--${name} needs --out.`, command: 'evaluate' })
    }
    if (options.labels !== undefined) {
      const found = agreement(readLabels(await readText(path(options.labels)), path(options.labels)))
      context.out.write(options.json ? `${JSON.stringify(found)}\n` : agreementText(found))
      return 0
    }
    const file = options['prompts-file'] === undefined ? undefined : await promptsOf(path(options['prompts-file']))
    const model = await openModel(await findModel(options.model, context))
    const scoring = options.scorer === undefined ? undefined : await openModel(await findModel(options.scorer, context))
    const given = options.verifier === undefined ? undefined : path(options.verifier)
    const side = model.json.imageSide
    // Prompts of a file can do without: then nothing is judged.
    const stored =
      file && given === undefined && options.label === undefined
        ? await ownVerifierFor(side)
        : await verifierFor(given, side)
    const learned = await trainedOn(model)
    const sample: SampleSettings = learned?.sample ?? {
      ...tinySample,
      ...(stored && { concepts: conceptsOf(stored.network), styles: stored.styles }),
    }
    const artFolder = await findArt(options.art, context)
    const progress = progressOf(context)
    const corpus = options.corpus === undefined ? undefined : await openCorpus(path(options.corpus))
    const engine = createNodeEngine({ device: await deviceFor(options.device, context) })
    try {
      if (corpus !== undefined && corpus.side !== side) {
        const expected = `a corpus of pictures of ${side} x ${side}`
        throw new NeufError('option-value', { option: '--corpus', value: options.corpus!, expected })
      }
      if (options.label !== undefined) {
        const verifier = stored && (await createVerifier(engine, stored.network, stored.weights))
        const kinds = kindsFor(sample, stored?.network)
        const most = Math.ceil(options.label / kinds.length)
        const asked = suite({ prompts: most, seed: options.seed, sample, kinds, languages: ['en'] }).slice(
          0,
          options.label,
        )
        const parts = { model: await openFamily(model, engine), verifier: verifier! }
        const settings = { folder: path(options.out!), seed: options.seed }
        await writeLabels(parts, asked, settings, (done, total) => progress('prompts', done, total), context.signal)
        progress('end', 0, 0)
        const file = join(settings.folder, labelsFile)
        context.out.write(
          `${asked.length} pictures to judge: fill in "right" in ${file}, then neuf evaluate --labels ${file}\n`,
        )
        return 0
      }
      const { concepts, styles, people } = sample
      const onProgress = (done: number, total: number): void => {
        context.signal.throwIfAborted()
        progress('art', done, total)
      }
      const art =
        artFolder === undefined || file !== undefined
          ? undefined
          : await readArt({ folder: artFolder, concepts, styles, people, side, onProgress })
      const training = corpus
        ? firstOf(corpus, fromCorpus(side))
        : art && learned && drawnAgain(art, { ...learned, count: fromArt })
      const { candidates, seed, prompts } = options
      const opened = await openFamily(model, engine)
      const drawings = await readDrawingIndex(model)
      const other = scoring && (await openFamily(scoring, engine))
      const key = [model.sha256, stored?.sha256, scoring?.sha256, engine.fingerprint, candidates, seed].join(' ')
      const out = options.out === undefined ? undefined : path(options.out)
      if (out !== undefined) await makeFolder(out)
      const onPictures = out !== undefined && options.pictures ? genevalFolder(out, unranked) : undefined
      const report = await evaluate(
        {
          model: opened,
          ...(stored && { verifier: { ...stored, ...(await createVerifier(engine, stored.network, stored.weights)) } }),
          ...(art && { art }),
          ...(training && { training }),
          ...(out !== undefined && { log: openLog(join(out, 'results.jsonl'), key) }),
          ...(file && { file: suiteOfFile(file, learned ? sample.concepts : null) }),
          ...(onPictures && { onPictures }),
          ...(out !== undefined && {
            onVerdicts: (lines) =>
              atomicWrite(join(out, 'geneval.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
          }),
          ...(drawings && { repeats: (picture) => nearCopies([picture], drawings).copies > 0 }),
          ...(other && {
            otherScorer: async (text, pictures) => {
              const normalisedPrompt = normalise(text, other.prompts.normaliser)
              const scores = await other.scorePictures({ prompt: text, normalisedPrompt }, pictures)
              return scores.map(({ score }) => score)
            },
          }),
        },
        {
          prompts,
          candidates,
          chosen: Math.min(9, candidates),
          unranked: Math.min(unranked, candidates),
          seed,
          sample,
        },
        progress,
        context.signal,
      )
      progress('end', 0, 0)
      const json = `${JSON.stringify(report)}\n`
      if (out !== undefined) await atomicWrite(join(out, 'report.json'), json)
      context.out.write(options.json ? json : reportText(report))
      return 0
    } finally {
      progress('end', 0, 0)
      corpus?.dispose()
      await engine.dispose()
    }
  },
})

const promptsOf = async (path: string) => readPromptFile(await readText(path), path)

async function readText(path: string): Promise<string> {
  const bytes = await boundedRead(path, mostBytes, 'Name a file that is there.')
  if (bytes !== undefined) return new TextDecoder().decode(bytes)
  throw new NeufError('file-unreadable', { path, why: `it is over ${mostBytes} bytes`, todo: 'Name a smaller file.' })
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
