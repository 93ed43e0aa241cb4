/**
 * What a picture must show, in GenEval's form (Ghosh et al. 2023: `include`, `exclude`, `count`, `color`, `position`), with
 * what our corpus knows beside that: materials, people, filters, further relations.
 */
import type { Filter, Material, Presentation, Relation, Scene, Style, Thing, Tone } from '../corpus/scene.ts'

/** Things of one class that must be there, all clauses independent of each other. */
export type Clause = {
  readonly class: string
  /** At least this many. */
  readonly count: number
  readonly color?: string
  readonly material?: Material
  readonly presentation?: Presentation
  readonly tone?: Tone
  /** How they stand to those of an earlier clause: `["left of", 0]`. */
  readonly position?: readonly [relation: string, target: number]
}

export type Requirement = {
  readonly tag: string
  readonly include: readonly Clause[]
  /** There must be fewer than `count` of these. */
  readonly exclude?: readonly { readonly class: string; readonly count: number }[]
  readonly prompt: string
  readonly filter?: Filter
  readonly style?: Style
}

/** A herd is more than anyone counts: so many, at least. */
export const leastOfMany = 5

/** In GenEval's words: `left of`. */
export const relationWords = (relation: Relation): string => relation.replaceAll('-', ' ')

/** `left of` and `left-of` are the same. */
export const relationNamed = (words: string): string => words.trim().replaceAll(/\s+/g, '-')

export type RequirementSettings = {
  readonly tag: string
  readonly prompt: string
  /** What of the scene is looked for besides its things and what these look like. */
  readonly looksFor: {
    /** That there are no more things than were asked for: GenEval's counting. */
    readonly exactCount?: boolean
    /** How they stand to each other. */
    readonly positions?: boolean
    readonly style?: boolean
  }
}

/**
 * What a scene's captions ask for. The last thing comes first, so that every clause with a position points at an earlier
 * one, as in GenEval's file.
 */
export function requirementOf(scene: Scene, { tag, prompt, looksFor }: RequirementSettings): Requirement {
  const { things, relations, filter, style } = scene
  const last = things.length - 1
  const include = things.toReversed().map((thing, place): Clause => {
    const relation = looksFor.positions ? relations[last - place] : undefined
    return {
      ...clauseOf(thing),
      ...(relation !== undefined && place > 0 && { position: [relationWords(relation), place - 1] as const }),
    }
  })
  const exclude = things.flatMap(({ concept, count }) =>
    count === 'many' ? [] : [{ class: concept, count: count + 1 }],
  )
  return {
    ...{ tag, include },
    ...(looksFor.exactCount && { exclude }),
    prompt,
    ...(filter !== null && { filter }),
    ...(looksFor.style && { style }),
  }
}

function clauseOf({ concept, count, colour, material, presentation, tone }: Thing): Clause {
  return {
    class: concept,
    count: count === 'many' ? leastOfMany : count,
    ...(colour !== null && { color: colour }),
    ...(material !== null && { material }),
    ...(presentation !== null && { presentation }),
    ...(tone !== null && { tone }),
  }
}
