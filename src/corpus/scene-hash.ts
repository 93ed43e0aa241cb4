/** Scenes told apart by what they show, not by how they are told; and those that are kept for validation. */
import { hash32 } from './random.ts'
import type { Relation, Scene, Thing } from './scene.ts'

/** The same fact told from the other side; those without one can only be told one way round. */
export const converse: Partial<Record<Relation, Relation>> = {
  'next-to': 'next-to',
  'left-of': 'right-of',
  'right-of': 'left-of',
  above: 'below',
  below: 'above',
  on: 'under',
  under: 'on',
  'in-front-of': 'behind',
  behind: 'in-front-of',
}

const thingLabel = ({ concept, presentation, tone, colour, material, size, count }: Thing): string =>
  [concept, presentation, tone, colour, material, size, count].join(',')

function chainLabel(things: readonly Thing[], links: readonly string[]): string {
  return things.map((thing, k) => (k === 0 ? '' : ` ${links[k - 1] ?? 'next-to'} `) + thingLabel(thing)).join('')
}

/**
 * 16 hexadecimal digits of what a scene shows: equal for "a cat left of a dog" and "a dog right of a cat", and whatever seed it is
 * drawn with; other things, looks, relations, grounds, styles or filters give others.
 */
export function sceneHash({ things, relations, background, style, filter }: Scene): string {
  const told = chainLabel(things, relations)
  const turned = relations.map((relation) => converse[relation] ?? `${relation} by`).reverse()
  const back = chainLabel([...things].reverse(), turned)
  const label = `${told < back ? told : back} ${background} ${style} ${filter}`
  return [0x811c9dc5, 0x9e3779b9].map((start) => hash32(label, start).toString(16).padStart(8, '0')).join('')
}

/** Of this many scenes one is kept for validation. */
export const validationEvery = 64

/**
 * True for a scene that is kept for validation: the same scene always is, so that one that was trained on never comes again
 * there. `every` scenes hold one.
 */
export const isValidationScene = (scene: Scene, every: number = validationEvery): boolean =>
  Number.parseInt(sceneHash(scene).slice(0, 8), 16) % every === 0
