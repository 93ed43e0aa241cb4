/** `neuf PROMPT`: the nine best of many candidates, as a sheet beside a folder of single pictures. */
import { relative } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { expectedMatches, probablyNone } from '../generate/choose.ts'
import { type GenerateResult, generate, limits, type RequestNumber } from '../generate/generate.ts'
import { maximumPromptCharacters, type ReadPrompt } from '../generate/prompt.ts'
import { shareLanguage } from '../share/texts.ts'
import { checkPrompt } from '../text/normalise.ts'
import { splitWords } from '../text/words.ts'
import { type Context, defineCommand } from './command.ts'
import { describeResult } from './describe-result.ts'
import { deviceOption } from './device.ts'
import { modelOption, withModel } from './open-model.ts'
import { checkPlace, metadataOption, type WrittenFiles, writePictures } from './picture-files.ts'
import { applyPolicy, applyPolicyAsRead, policyOption, readHostPolicy } from './policy.ts'
import { type Progress, startProgress } from './progress.ts'
import { printable, remarksOnWords, warnOfPrompt } from './say.ts'

export const command = defineCommand({
  name: 'generate',
  summary: 'draw the pictures that match a prompt best',
  usage: 'PROMPT',
  positionals: { least: 1, most: Number.POSITIVE_INFINITY },
  about:
    'Draws many candidates, scores each by how well it matches, and keeps the best: a sheet, and a folder of single ' +
    'pictures, numbered by rank: 1.png is the best match. (The index of a candidate, which --json and neuf redraw tell, ' +
    'counts all that were drawn, from 0.) Every file carries its seed, recipe and image tokens (see neuf redraw). With ' +
    '--out NAME.html all of it is one page that anybody can open, without a network too, in the language of LANG. The word ' +
    'generate may be left out, unless the prompt looks like a mistyped command: one word that is nearly the name of a ' +
    'command and that the model never met, alone or with something behind it that belongs to that command.',
  options: {
    seed: {
      kind: 'integer',
      value: 'N',
      help: 'the same seed draws the same pictures; a random one is printed',
      least: 0,
      most: Number.MAX_SAFE_INTEGER,
    },
    count: { kind: 'integer', value: 'N', help: 'pictures to keep; 9 unless told', least: 1, most: limits.count },
    candidates: {
      kind: 'integer',
      value: 'N',
      help: "pictures to choose them from; the model's own number unless told",
      least: 1,
      most: limits.candidates,
    },
    model: modelOption,
    temperature: {
      kind: 'number',
      value: 'T',
      help: 'below 1 keeps to the likely, above 1 strays, 0 takes the likeliest',
      least: 0,
      most: limits.temperature,
    },
    'top-k': {
      kind: 'integer',
      value: 'K',
      help: 'draw each image token from the K likeliest; 0 from all',
      least: 0,
      most: limits.topK,
    },
    guidance: {
      kind: 'number',
      value: 'G',
      help: 'how closely to follow the prompt; 1 is no guidance, and faster',
      least: 0,
      most: limits.guidance,
    },
    device: deviceOption,
    policy: policyOption,
    out: {
      kind: 'text',
      value: 'PATH',
      help: 'a folder, the sheet as a .png, or one page to share as a .html; files of that name are replaced',
    },
    metadata: metadataOption,
    json: { kind: 'flag', help: 'print one JSON object instead of text' },
  },
  async run(context, options, positionals) {
    // What an unset variable of the shell becomes: it would mean the folder neuf was called in.
    if (options.out === '') throw new NeufError('option-value', { option: '--out', value: '', expected: 'a path' })
    const { count, candidates } = options
    const prompt = checkPrompt(positionals.join(' '), { maxCharacters: maximumPromptCharacters })
    const hostPolicy = await readHostPolicy(options.policy, context)
    let policy = applyPolicy(prompt, hostPolicy, context, options.json)
    const place = { out: options.out, folder: context.folder }
    await checkPlace(place)
    const { LC_ALL, LC_MESSAGES, LANG } = context.environment
    const language = shareLanguage(LC_ALL || LC_MESSAGES || LANG)
    const started = context.now()
    const { result, files, times } = await withModel(options.model, options.device, context, async (model) => {
      const open = context.now() - started
      const request = {
        prompt,
        seed: options.seed ?? context.randomSeed(),
        ...(count !== undefined && { count }),
        ...(candidates !== undefined && { candidates }),
        sampling: {
          ...(options.temperature !== undefined && { temperature: options.temperature }),
          ...(options['top-k'] !== undefined && { topK: options['top-k'] }),
          ...(options.guidance !== undefined && { guidance: options.guidance }),
        },
      }
      const events = generate(request, model, { signal: context.signal, now: context.now })
      const drawn = await follow(events, context, ({ normalisedPrompt }) => {
        policy = applyPolicyAsRead(normalisedPrompt, policy, hostPolicy, context, options.json)
      })
      const before = context.now()
      const written = await writePictures(drawn, place, { metadata: options.metadata, language })
      return { result: drawn, files: written, times: { open, ...drawn.timings, files: context.now() - before } }
    })
    if (options.json) {
      const timings = { ...times, total: context.now() - started }
      context.out.write(`${JSON.stringify({ ...describeResult(result, files, timings), policy })}\n`)
    } else context.out.write(inWords(result, files, context.folder))
    return 0
  },
})

/** What the numbers of a request are called on the command line. */
const optionNames: Readonly<Record<RequestNumber, string>> = {
  seed: '--seed',
  count: '--count',
  candidates: '--candidates',
  temperature: '--temperature',
  topK: '--top-k',
  guidance: '--guidance',
}

/** A request's fault in the words of the command line; anything else as it is. */
function asOption(fault: unknown): unknown {
  if (!(fault instanceof NeufError) || fault.code !== 'option-value') return fault
  const details = fault.details as NeufError<'option-value'>['details']
  const option = Object.hasOwn(optionNames, details.option)
    ? optionNames[details.option as RequestNumber]
    : details.option
  return new NeufError('option-value', { ...details, option }, { cause: fault })
}

/** Watches the drawing: warnings as they come, a bar, and the result. `onPrompt` may throw, before anything is drawn. */
async function follow(
  events: ReturnType<typeof generate>,
  context: Context,
  onPrompt: (prompt: ReadPrompt) => void,
): Promise<GenerateResult> {
  let bar: Progress | undefined
  try {
    for await (const event of events) {
      if (event.kind === 'prompt') {
        onPrompt(event.prompt)
        warnOfPrompt(event.prompt, context)
      } else if (event.kind === 'progress') {
        bar ??= startProgress(context, { what: 'Drawing', total: event.total })
        bar.update(event.done)
      } else if (event.kind === 'result') return event.result
    }
  } catch (fault) {
    throw asOption(fault)
  } finally {
    bar?.end()
  }
  throw new NeufError('cancelled', { what: 'as you asked' })
}

function inWords(result: GenerateResult, { sheet, folder: singles, page }: WrittenFiles, folder: string): string {
  const shown = (path: string) => printable(relative(folder, path).startsWith('..') ? path : relative(folder, path))
  const { chosen, candidates, seed } = result
  const best = chosen.length === 1 ? 'The best' : `The ${chosen.length} best`
  const where = page === null ? `${shown(sheet!)} (single pictures in ${shown(singles!) || '.'})` : shown(page)
  return [`${best} of ${candidates.length}: ${where}`, `Seed ${seed}. ${verdict(result)}`, ''].join('\n')
}

/**
 * What the model itself thinks of what it drew: `About 3 of 9 match`, as its probabilities add up, and of a prompt with words that
 * it cannot know `About 3 of 9 match the rest; never met: capybara (did you mean ...?)`. Where there is no rest, no probability of it
 * means anything.
 */
export function verdict(
  result: Pick<GenerateResult, 'chosen' | 'unknownWords' | 'likelySlips' | 'normalisedPrompt'>,
): string {
  const unknown = new Set(result.unknownWords.map(({ word }) => word))
  const knowsNone = unknown.size > 0 && splitWords(result.normalisedPrompt).every((word) => unknown.has(word))
  const rest = unknown.size > 0 ? ' the rest' : ''
  const matches = knowsNone
    ? 'It knows no word of this, so nothing says what matches'
    : matchesInWords(result.chosen, rest)
  return `${[matches, ...remarksOnWords(result)].join('; ')}.`
}

function matchesInWords(chosen: GenerateResult['chosen'], rest: string): string {
  const expected = expectedMatches(chosen)
  if (expected === null) return 'This model cannot tell how likely they match'
  const count = chosen.length
  if (count === 1) return `${Math.round(100 * expected)} % likely to match${rest}`
  return `${probablyNone(expected, count) ? 'Probably none' : `About ${Math.round(expected)}`} of ${count} match${rest}`
}
