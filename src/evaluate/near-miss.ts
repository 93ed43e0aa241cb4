/** A requirement that differs from another in one thing: what a verifier must not take the picture for. */
import { entryOf } from '../corpus/concepts.ts'
import type { Random } from '../corpus/random.ts'
import { type Colour, colours, filters, materials, presentations, type Relation } from '../corpus/scene.ts'
import { type Clause, type Requirement, relationNamed, relationWords } from './requirements.ts'

const opposite: Partial<Record<Relation, Relation>> = {
  'left-of': 'right-of',
  'right-of': 'left-of',
  above: 'below',
  below: 'above',
  on: 'under',
  under: 'on',
  'in-front-of': 'behind',
  behind: 'in-front-of',
}

/** One colour, material, number, place, person or filter is another; null where it has none of them. */
export function nearMiss(asked: Requirement, source: Random): Requirement | null {
  const changes: Requirement[] = asked.include.flatMap((clause, place) =>
    changesOf(clause, source).map((changed) => ({ ...asked, include: asked.include.with(place, changed) })),
  )
  const [counted] = asked.exclude ?? []
  if (counted !== undefined) changes.push(...otherCounts(asked))
  if (asked.filter !== undefined) {
    changes.push({ ...asked, filter: source.pick(filters.filter((filter) => filter !== asked.filter)) })
  }
  return changes.length === 0 ? null : source.pick(changes)
}

function changesOf(clause: Clause, source: Random): Clause[] {
  const { class: name, color, material, presentation, position } = clause
  const changes: Clause[] = []
  if (color !== undefined) {
    const own: readonly Colour[] = entryOf(name).natural
    changes.push({ ...clause, color: source.pick(colours.filter((one) => one !== color && !own.includes(one))) })
  }
  if (material !== undefined)
    changes.push({ ...clause, material: source.pick(materials.filter((one) => one !== material)) })
  if (presentation !== undefined) {
    changes.push({ ...clause, presentation: source.pick(presentations.filter((one) => one !== presentation)) })
  }
  const turned = position && opposite[relationNamed(position[0]) as Relation]
  if (turned !== undefined) changes.push({ ...clause, position: [relationWords(turned), position![1]] })
  return changes
}

/** One more or one fewer of what is counted. */
function otherCounts(asked: Requirement): Requirement[] {
  return [-1, 1].flatMap((more) => {
    const include = asked.include.map((clause) => ({ ...clause, count: clause.count + more }))
    const exclude = asked.exclude!.map(({ class: name, count }) => ({ class: name, count: count + more }))
    return include.every(({ count }) => count > 0) ? [{ ...asked, include, exclude }] : []
  })
}
