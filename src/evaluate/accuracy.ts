/** What the verifier itself is worth: on true renders, on captions of other renders, on near misses, on broken pictures. */
import { random } from '../corpus/random.ts'
import { brokenKinds, brokenPicture } from './broken-pictures.ts'
import type { Finding } from './findings.ts'
import { judge } from './judge.ts'
import { nearMiss } from './near-miss.ts'
import type { Requirement } from './requirements.ts'
import { type Share, wilson } from './statistics.ts'
import type { Render } from './true-renders.ts'
import type { Verifier } from './verifier.ts'
import type { VerifierAccuracy } from './verifier-accuracy.ts'
import { type Bars, barsOf } from './verifier-network.ts'

/** Shares of renders that are found right. */
export type Accuracy = Pick<VerifierAccuracy, 'all' | 'kinds'>

export function accuracyOf(shown: readonly Render[], findings: readonly Finding[], bars: Bars): Accuracy {
  const right = shown.map(({ requirement }, i) => judge(findings[i]!, requirement, { bars }).correct)
  const share = (only: (render: Render) => boolean): Share => {
    const own = right.filter((_, i) => only(shown[i]!))
    return wilson(own.filter(Boolean).length, own.length)
  }
  const kinds = [...new Set(shown.map(({ kind }) => kind))]
  return {
    all: share(() => true),
    kinds: Object.fromEntries(kinds.map((kind) => [kind, share((render) => render.kind === kind)])),
  }
}

/** @param strange single things in a style that the verifier never learned from */
export async function measureVerifier(
  verifier: Verifier,
  shown: readonly Render[],
  seed: number,
  strange: readonly Render[] = [],
): Promise<VerifierAccuracy> {
  const bars = barsOf(verifier.network)
  const findings = await verifier.find(shown.map(({ pixels }) => pixels))
  const source = random(seed, 'broken pictures')
  const damaged = Array.from({ length: Math.ceil(shown.length / 4) }, (_, k) =>
    brokenPicture(brokenKinds[k % brokenKinds.length]!, () => source.pick(shown).pixels, verifier.side, source),
  )
  const ofDamaged = await verifier.find(damaged)
  const ofStrange = await verifier.find(strange.map(({ pixels }) => pixels))
  const brokenShare = (list: readonly Finding[]): Share =>
    wilson(list.filter(({ broken }) => broken).length, list.length)
  return {
    ...accuracyOf(shown, findings, bars),
    falseAccepts: falseAccepts(shown, findings, bars, seed),
    nearMissAccepts: nearMissAccepts(shown, findings, bars, seed),
    brokenFound: brokenShare(ofDamaged),
    falselyBroken: brokenShare(findings),
    heldOutStyle: strange.length === 0 ? null : accuracyOf(strange, ofStrange, bars).all,
  }
}

/** What a requirement asks for, whatever its words. */
const content = ({ include, exclude, filter }: Requirement): string => JSON.stringify([include, exclude, filter])

/** Each finding against what another render of the same kind was asked to be. */
function falseAccepts(shown: readonly Render[], findings: readonly Finding[], bars: Bars, seed: number): Share {
  const source = random(seed, 'shuffled captions')
  const groups = Map.groupBy(shown.keys(), (i) => shown[i]!.kind)
  let accepted = 0
  let count = 0
  for (const [i, { kind, requirement }] of shown.entries()) {
    const others = groups.get(kind)!.filter((k) => content(shown[k]!.requirement) !== content(requirement))
    if (others.length === 0) continue
    count++
    if (judge(findings[i]!, shown[source.pick(others)]!.requirement, { bars }).correct) accepted++
  }
  return wilson(accepted, count)
}

/** Each finding against the same scene with one thing about it changed. */
function nearMissAccepts(shown: readonly Render[], findings: readonly Finding[], bars: Bars, seed: number): Share {
  const source = random(seed, 'near misses')
  const verdicts = shown.flatMap(({ requirement }, i) => {
    const other = nearMiss(requirement, source)
    return other === null ? [] : [judge(findings[i]!, other, { bars }).correct]
  })
  return wilson(verdicts.filter(Boolean).length, verdicts.length)
}

const bars = [0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8]

/** The bars at which most of these renders are found right; of equally good ones those in the middle. */
export function bestBars(shown: readonly Render[], findings: readonly Finding[], before: Bars): Bars {
  const best = (part: keyof Bars): number => {
    const right = bars.map((bar) => accuracyOf(shown, findings, { ...before, [part]: bar }).all.value)
    const good = bars.filter((_, i) => right[i] === Math.max(...right))
    return good[Math.floor((good.length - 1) / 2)]!
  }
  return { present: best('present'), counted: best('counted') }
}
