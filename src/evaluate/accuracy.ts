/** What the verifier itself is worth: on true renders, on captions of other renders, on broken pictures. */
import { render } from '../corpus/compose.ts'
import { type EvaluationKind, evaluationScenes } from '../corpus/evaluation-scenes.ts'
import { random, sceneSeed } from '../corpus/random.ts'
import { colours, materials, type Scene, type Style } from '../corpus/scene.ts'
import type { Art } from '../corpus/sprite.ts'
import { brokenKinds, brokenPicture } from './broken-pictures.ts'
import { type Share, wilson } from './statistics.ts'
import { evaluationKinds, lookOf } from './suite.ts'
import type { Verifier } from './verifier.ts'
import { broken, type Finding, type Look, verdictOf } from './verifier-classes.ts'

/** Shares of pictures that are right, each with its count. */
export type Accuracy = {
  readonly object: Share
  readonly colour: Share
  readonly material: Share
  readonly all: Share
}

export type VerifierAccuracy = Accuracy & {
  /** All three right, by kind of scene. */
  readonly kinds: Readonly<Record<EvaluationKind, Share>>
  /** Renders that pass for another scene of their kind: what the verifier believes wrongly. */
  readonly falseAccepts: Share
  /** The same with the right object in another colour or material. */
  readonly nearMissAccepts: Share
  /** Broken pictures that are found to be broken. */
  readonly brokenFound: Share
  /** Whole renders that are taken for broken ones. */
  readonly falselyBroken: Share
}

/** A true picture of what was asked for. */
export type Render = { readonly kind: EvaluationKind; readonly look: Look; readonly pixels: Uint8Array }

export type RenderSettings = {
  /** Of each kind. */
  readonly count: number
  readonly seed: number
  readonly side: number
  readonly concepts: readonly string[]
  readonly styles: readonly Style[]
  /** As in the corpus that the judged model learned from. */
  readonly wander: boolean
}

/**
 * Scenes as those of the suite, drawn with seeds that no corpus uses. Where things do not wander, a scene looks the same
 * whatever its seed: then most of these are pictures that the verifier has learned from.
 */
export function renders(art: Art, settings: RenderSettings): Render[] {
  const { count, seed, side, concepts, styles, wander } = settings
  return evaluationKinds.flatMap((kind) =>
    evaluationScenes({ kind, count, seed, concepts, styles }).map((scene: Scene, place) => ({
      kind,
      look: lookOf(scene),
      // Negative: the seeds of corpora count from 0.
      pixels: render(scene, -1 - sceneSeed(seed, place), art, side, { wander }).data,
    })),
  )
}

export function accuracyOf(findings: readonly Finding[], looks: readonly Look[]): Accuracy {
  const verdicts = findings.map((finding, i) => verdictOf(finding, looks[i]!))
  const share = (part: 'object' | 'colour' | 'material' | 'all'): Share =>
    wilson(verdicts.filter((verdict) => verdict[part]).length, verdicts.length)
  return { object: share('object'), colour: share('colour'), material: share('material'), all: share('all') }
}

/** All three right, by kind. */
export function byKind(shown: readonly Render[], findings: readonly Finding[]): Record<EvaluationKind, Share> {
  const share = (kind: EvaluationKind): Share => {
    const verdicts = shown.flatMap((one, i) => (one.kind === kind ? [verdictOf(findings[i]!, one.look)] : []))
    return wilson(verdicts.filter(({ all }) => all).length, verdicts.length)
  }
  return Object.fromEntries(evaluationKinds.map((kind) => [kind, share(kind)])) as Record<EvaluationKind, Share>
}

export async function measureVerifier(
  verifier: Verifier,
  shown: readonly Render[],
  seed: number,
): Promise<VerifierAccuracy> {
  const findings = await verifier.find(shown.map(({ pixels }) => pixels))
  const source = random(seed, 'broken pictures')
  const damaged = Array.from({ length: Math.ceil(shown.length / 4) }, (_, k) =>
    brokenPicture(brokenKinds[k % brokenKinds.length]!, () => source.pick(shown).pixels, verifier.side, source),
  )
  const ofDamaged = await verifier.find(damaged)
  const count = (list: readonly Finding[]): Share =>
    wilson(list.filter(({ object }) => object === broken).length, list.length)
  return {
    ...accuracyOf(
      findings,
      shown.map(({ look }) => look),
    ),
    kinds: byKind(shown, findings),
    falseAccepts: falseAccepts(shown, findings, seed),
    nearMissAccepts: nearMissAccepts(shown, findings, seed),
    brokenFound: count(ofDamaged),
    falselyBroken: count(findings),
  }
}

/** Each finding against what another render of the same kind was asked to be. */
function falseAccepts(shown: readonly Render[], findings: readonly Finding[], seed: number): Share {
  const source = random(seed, 'shuffled captions')
  const groups = Map.groupBy(shown.keys(), (i) => shown[i]!.kind)
  let accepted = 0
  let count = 0
  for (const [i, { kind, look }] of shown.entries()) {
    const others = groups.get(kind)!.filter((k) => JSON.stringify(shown[k]!.look) !== JSON.stringify(look))
    if (others.length === 0) continue
    count++
    if (verdictOf(findings[i]!, shown[source.pick(others)]!.look).all) accepted++
  }
  return wilson(accepted, count)
}

/** Each finding against the same object in another colour or of another material. */
function nearMissAccepts(shown: readonly Render[], findings: readonly Finding[], seed: number): Share {
  const source = random(seed, 'near misses')
  const verdicts = shown.flatMap(({ look }, i) => {
    const { colour, material } = look
    if (colour === null && material === null) return []
    const other =
      colour === null
        ? { ...look, material: source.pick(materials.filter((one) => one !== material)) }
        : { ...look, colour: source.pick(colours.filter((one) => one !== colour)) }
    return [verdictOf(findings[i]!, other)]
  })
  return wilson(verdicts.filter(({ all }) => all).length, verdicts.length)
}
