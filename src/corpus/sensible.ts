/** Which things can stand in which relation, so that the picture makes sense: a rider rides a mount, and a hat is worn. */
import { entryOf, everydayConcepts } from './concepts.ts'
import type { Trait } from './lexicon/index.ts'
import type { Random } from './random.ts'
import type { SampleSettings } from './sample-settings.ts'
import type { Relation } from './scene.ts'

/** What the two things of a relation must be able to do; a thing that has one of the traits will do. Others take any two. */
const roles: Partial<Record<Relation, readonly [first: readonly Trait[], second: readonly Trait[]]>> = {
  inside: [['containable', 'rider'], ['container']],
  riding: [['rider'], ['mount']],
  holding: [['holder'], ['holdable']],
  eating: [['eater'], ['edible']],
  wearing: [['head-on-top'], ['hat']],
}

/** The concepts of some settings, by what they are fit for. */
export type Pools = {
  readonly all: Pool
  /** Those that can stand beside others and be counted. */
  readonly things: Pool
  readonly people: Pool
  readonly forRelation: ReadonlyMap<Relation, readonly [first: Pool, second: Pool]>
}
export type Pool = { readonly all: readonly string[]; readonly everyday: readonly string[] }

const everyday: ReadonlySet<string> = new Set(everydayConcepts)
const pool = (names: readonly string[]): Pool => ({ all: names, everyday: names.filter((name) => everyday.has(name)) })

const known = new WeakMap<SampleSettings, Pools>()

/** The pools of the settings; made once. */
export function poolsOf(settings: SampleSettings): Pools {
  let pools = known.get(settings)
  if (pools) return pools
  const { concepts, sceneryAnywhere } = settings
  const has = (name: string, traits: readonly Trait[]): boolean =>
    traits.some((trait) => entryOf(name).traits.includes(trait))
  const things = pool(concepts.filter((name) => sceneryAnywhere || !has(name, ['scenery'])))
  const forRelation = settings.relations.map((relation): [Relation, [Pool, Pool]] => {
    const [first, second] = (roles[relation] ?? [null, null]).map((traits) =>
      traits ? pool(things.all.filter((name) => has(name, traits))) : things,
    ) as [Pool, Pool]
    return [relation, [first, second]]
  })
  pools = {
    all: pool(concepts),
    things,
    people: pool(concepts.filter((name) => entryOf(name).kind === 'person')),
    forRelation: new Map(forRelation),
  }
  known.set(settings, pools)
  return pools
}

/** One of the pool; undefined where it is empty. */
export function pickConcept({ all, everyday }: Pool, source: Random, everydayShare = 0): string | undefined {
  const favoured = everydayShare > 0 && everyday.length > 0 && source.chance(everydayShare)
  return source.pick(favoured ? everyday : all)
}

/** True for a relation in which anything can stand to anything. */
export const isFree = (relation: Relation): boolean => roles[relation] === undefined

/** The two keep clear of each other. */
const clear: ReadonlySet<Relation> = new Set<Relation>(['next-to', 'left-of', 'right-of', 'above', 'below'])
/** One hides a part of the other. */
const deep: ReadonlySet<Relation> = new Set<Relation>(['in-front-of', 'behind'])

/** Which side of the second thing the first is on. */
const sides: Partial<Record<Relation, string>> = {
  'left-of': 'left',
  'right-of': 'right',
  above: 'top',
  below: 'bottom',
  on: 'top',
  under: 'bottom',
  'in-front-of': 'front',
  behind: 'back',
}
const opposite: Readonly<Record<string, string>> = {
  left: 'right',
  right: 'left',
  top: 'bottom',
  bottom: 'top',
  front: 'back',
  back: 'front',
}

/**
 * True where two relations make a chain of three that can be drawn and said plainly. One of them mostly keeps things clear; but a
 * thing may stand on another that stands on a third, and two that are joined may be before or behind a third. The outer two are
 * not on the same side of the middle one.
 */
export function isSensibleChain(first: Relation, second: Relation): boolean {
  if (!clear.has(first) && !clear.has(second)) {
    if (deep.has(first)) return first === 'in-front-of' && second === 'in-front-of'
    return deep.has(second) || ((first === 'on' || first === 'riding') && second === 'on')
  }
  const a = sides[first]
  const b = sides[second]
  return a === undefined || b === undefined || opposite[b] !== a
}
