/**
 * The verifier against a person's eye: pictures that a model drew are written on sheets with what the verifier found, and a
 * file has a line for each, to be filled in. Read back, it tells how often the two agree.
 */
import { join } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { readPrompt } from '../generate/prompt.ts'
import { encodePng } from '../image/codec.ts'
import { wrapPixels } from '../image/pixels.ts'
import { onWhite } from '../image/transparency.ts'
import { atomicWriteAll, makeFolder } from '../storage/atomic-write.ts'
import { judge } from './judge.ts'
import { type Labelled, labelSheet } from './label-sheet.ts'
import { drawCandidates, type MeasuringParts } from './measure.ts'
import { type Share, wilson } from './statistics.ts'
import type { ScenePrompt } from './suite.ts'
import type { Verifier } from './verifier.ts'
import { barsOf } from './verifier-network.ts'

/** One line of the file. `right` is what a person says: whether the picture shows what was asked for. */
export type Label = {
  readonly number: number
  readonly sheet: string
  readonly prompt: string
  readonly kind: string
  /** The verifier's word. */
  readonly verdict: boolean
  readonly broken: boolean
  readonly reason: string
  readonly right: boolean | null
}

/** Pictures on a sheet. */
const perSheet = 20

export const labelsFile = 'labels.jsonl'

/** Draws one picture of each prompt and writes sheets and the file. @throws NeufError `cancelled`, `file-unwritable` */
export async function writeLabels(
  { model, verifier }: MeasuringParts & { readonly verifier: Verifier },
  prompts: readonly ScenePrompt[],
  { folder, seed }: { readonly folder: string; readonly seed: number },
  onProgress: (done: number, total: number) => void = () => {},
  signal?: AbortSignal,
): Promise<void> {
  const bars = barsOf(verifier.network)
  const labels: Label[] = []
  const shown: Labelled[] = []
  for (const [place, { text, kind, requirement }] of prompts.entries()) {
    onProgress(place, prompts.length)
    const normalised = readPrompt(text, model.prompts).normalisedPrompt
    const tokens = await drawCandidates(model, normalised, { count: 1, seed }, signal)
    const [drawn] = await model.sampler.decode(tokens, signal)
    const pixels = onWhite(drawn!, 3)
    const [finding] = await verifier.find([pixels])
    const { correct, broken, reason } = judge(finding!, requirement, { bars })
    const number = place + 1
    const sheet = `labels-${String(Math.floor(place / perSheet) + 1).padStart(2, '0')}.png`
    labels.push({ number, sheet, prompt: text, kind, verdict: correct, broken, reason, right: null })
    shown.push({
      number,
      prompt: text,
      picture: wrapPixels(verifier.side, verifier.side, 3, pixels),
      finding: finding!,
    })
  }
  await makeFolder(folder)
  const sheets = [...new Set(labels.map(({ sheet }) => sheet))].map((sheet): [string, Uint8Array] => {
    const own = shown.filter((_, i) => labels[i]!.sheet === sheet)
    return [join(folder, sheet), encodePng(labelSheet(own, bars.present))]
  })
  const lines = labels.map((label) => `${JSON.stringify(label)}\n`).join('')
  await atomicWriteAll([...sheets, [join(folder, labelsFile), lines]])
}

/** @throws NeufError `file-unreadable`, naming the line */
export function readLabels(text: string, path: string): Label[] {
  const lines = text.split('\n').map((line, at) => ({ line, at: at + 1 }))
  return lines
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, at }) => {
      const wrong = (why: string): NeufError => {
        return new NeufError('file-unreadable', { path, why: `line ${at}: ${why}`, todo: 'Mend the line.' })
      }
      let label: Partial<Label>
      try {
        label = JSON.parse(line) as Partial<Label>
      } catch {
        throw wrong('it is not JSON')
      }
      if (typeof label.verdict !== 'boolean' || typeof label.kind !== 'string') throw wrong('it is no label')
      if (![true, false, null].includes(label.right ?? null)) throw wrong('right must be true, false or null')
      return { right: null, ...label } as Label
    })
}

export type Agreement = {
  /** Lines that a person has filled in. */
  readonly count: number
  readonly agree: Share
  /** Of the pictures that a person calls right or wrong: those that the verifier calls so, too. */
  readonly rightFound: Share
  readonly wrongFound: Share
  /** What the person calls right of what the verifier calls right. */
  readonly believed: Share
  readonly kinds: Readonly<Record<string, Share>>
}

export function agreement(labels: readonly Label[]): Agreement {
  const filled = labels.filter(({ right }) => right !== null)
  const share = (of: readonly Label[], good: (label: Label) => boolean): Share =>
    wilson(of.filter(good).length, of.length)
  const agrees = ({ verdict, right }: Label): boolean => verdict === right
  return {
    count: filled.length,
    agree: share(filled, agrees),
    rightFound: share(
      filled.filter(({ right }) => right === true),
      agrees,
    ),
    wrongFound: share(
      filled.filter(({ right }) => right === false),
      agrees,
    ),
    believed: share(
      filled.filter(({ verdict }) => verdict),
      agrees,
    ),
    kinds: Object.fromEntries(
      [...Map.groupBy(filled, ({ kind }) => kind)].map(([kind, of]) => [kind, share(of, agrees)]),
    ),
  }
}

/** Several lines, each ended. */
export function agreementText({ count, agree, rightFound, wrongFound, believed, kinds }: Agreement): string {
  const said = ({ value, low, high, count: of }: Share): string =>
    of === 0
      ? '- (none)'
      : `${(100 * value).toFixed(1)} % (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)}) of ${of}`
  return [
    `${count} pictures labelled; verifier and eye agree on ${said(agree)}`,
    `  right pictures that it calls right   ${said(rightFound)}`,
    `  wrong pictures that it calls wrong   ${said(wrongFound)}`,
    `  right among those it calls right     ${said(believed)}`,
    ...Object.entries(kinds).map(([kind, share]) => `  ${kind.padEnd(35)}  ${said(share)}`),
    '',
  ].join('\n')
}
