/** Scenes of every form there is, whether the art can draw them or not: for whatever has to put any scene into words. */
import { concepts, entryOf } from '../concepts.ts'
import type { Trait } from '../lexicon/index.ts'
import { type Random, random } from '../random.ts'
import {
  backgrounds,
  colours,
  counts,
  filters,
  materials,
  presentations,
  type Relation,
  relations,
  type Scene,
  sizes,
  styles,
  type Thing,
  tones,
} from '../scene.ts'

const roles: Partial<Record<Relation, readonly [first: Trait, second: Trait]>> = {
  inside: ['containable', 'container'],
  riding: ['rider', 'mount'],
  holding: ['holder', 'holdable'],
  eating: ['eater', 'edible'],
  wearing: ['head-on-top', 'hat'],
}

function anyThing(source: Random, trait?: Trait): Thing {
  const able = trait ? concepts.filter((concept) => entryOf(concept).traits.includes(trait)) : concepts
  const concept = source.pick(able.length > 0 ? able : concepts)
  const entry = entryOf(concept)
  const look = source.next()
  return {
    concept,
    presentation: entry.presentations ? source.pick(presentations) : null,
    tone: entry.tones && source.chance(0.8) ? source.pick(tones) : null,
    colour: look < 0.3 ? source.pick(colours) : null,
    material: look > 0.2 && look < 0.5 ? source.pick(materials) : null,
    size: source.chance(0.8) ? 'normal' : source.pick(sizes),
    count: source.chance(0.75) ? 1 : source.pick(counts),
  }
}

/** The scene of a seed: one to three things, hats on heads and riders on mounts, but otherwise anything at all. */
export function anyScene(seed: number): Scene {
  const source = random(seed, 'any scene')
  const many = source.weighted([
    [1, 5],
    [2, 4],
    [3, 2],
  ] as const)
  const things: Thing[] = []
  const between: Relation[] = []
  let needed: Trait | undefined
  for (let k = 0; k < many; k++) {
    const relation = k + 1 < many ? source.pick(source.chance(0.2) ? (['next-to'] as const) : relations) : null
    const role = relation ? roles[relation] : undefined
    const thing = anyThing(source, needed ?? role?.[0])
    things.push(thing)
    if (relation) between.push(role && !entryOf(thing.concept).traits.includes(role[0]) ? 'next-to' : relation)
    needed = between.at(-1) === relation ? role?.[1] : undefined
  }
  return {
    things,
    relations: between,
    background: source.pick(source.chance(0.3) ? (['white'] as const) : backgrounds),
    style: source.pick(styles),
    filter: source.chance(0.2) ? source.pick(filters) : null,
  }
}
