/** The held-out splits as training sees them: over full scenes and all that captions say of them. */
import { describe, expect, it } from 'vitest'
import { captions } from './captions.ts'
import { sceneSeed } from './random.ts'
import { fullSample, sampleScene } from './sample.ts'
import type { Scene } from './scene.ts'
import {
  isColourHeldOut,
  isCountHeldOut,
  isFilterHeldOut,
  isHeldOut,
  isMaterialHeldOut,
  isPairHeldOut,
  isRelationHeldOut,
  isStyleHeldOut,
} from './splits.ts'
import { type Understood, understand } from './testing/understand.ts'

/** Every held-out fact that the words of a caption name. */
function heldOutFacts({ parts, links, styles, filters }: Understood): string[] {
  const facts: string[] = []
  const say = (held: boolean, fact: string): void => {
    if (held) facts.push(fact)
  }
  for (const [k, part] of parts.entries()) {
    for (const concept of part.concepts) {
      for (const colour of part.colours) say(isColourHeldOut(concept, colour), `${concept} in ${colour}`)
      for (const material of part.materials) say(isMaterialHeldOut(concept, material), `${concept} of ${material}`)
      for (const count of part.counts) say(isCountHeldOut(concept, count), `${count} ${concept}`)
      for (const style of styles) say(isStyleHeldOut(concept, style), `${concept} as ${style}`)
      for (const filter of filters) say(isFilterHeldOut(concept, filter), `${concept} as ${filter}`)
      for (const [later, other] of parts.entries()) {
        if (later <= k) continue
        for (const second of other.concepts) {
          say(isPairHeldOut(concept, second), `${concept} with ${second}`)
          // "With" says more than one: a fact only where every reading is held out.
          const link = later === k + 1 ? [...links[k]!] : []
          const held = link.length > 0 && link.every((relation) => isRelationHeldOut(concept, relation, second))
          say(held, `${concept} ${link} ${second}`)
        }
      }
    }
  }
  return facts
}

describe('training scenes of the whole vocabulary', () => {
  const count = 60_000
  const every = 6
  const scenes: [number, Scene][] = Array.from({ length: count }, (_, k) => {
    const seed = sceneSeed(k % 3, k)
    return [seed, sampleScene(seed, fullSample)]
  })

  it('hold no held-out pair', () => {
    expect(scenes.filter(([, scene]) => isHeldOut(scene))).toEqual([])
    // The check has teeth: told otherwise, many would.
    const dressed = scenes.filter(([, scene]) =>
      isHeldOut({
        ...scene,
        things: scene.things.map((thing) => ({ ...thing, colour: 'purple', material: 'rubber' })),
      }),
    )
    expect(dressed.length).toBeGreaterThan(count / 5)
  })

  it('have captions that name none, in both languages, by synonyms and emoji too', () => {
    const leaks: string[] = []
    const read = { all: 0, known: 0, en: 0, fr: 0, emoji: 0, pairs: 0 }
    for (const [k, [seed, scene]] of scenes.entries()) {
      if (k % every !== 0) continue
      for (const caption of captions(scene, seed)) {
        const said = understand(caption)
        read.all++
        // A slip makes other words: "poolice car" has no police in it.
        if (!said.known) continue
        read.known++
        read[caption.language]++
        if (/\p{Extended_Pictographic}/u.test(caption.text)) read.emoji++
        read.pairs += said.parts.filter(
          ({ concepts, colours, materials }) => concepts.size > 0 && (colours.size > 0 || materials.size > 0),
        ).length
        const facts = heldOutFacts(said)
        if (facts.length > 0) leaks.push(`${caption.text}: ${facts.join(', ')} (${JSON.stringify(scene)})`)
      }
    }
    expect(leaks).toEqual([])
    expect(read.known / read.all).toBeGreaterThan(0.85)
    expect(read.en).toBeGreaterThan(30_000)
    expect(read.fr).toBeGreaterThan(10_000)
    expect(read.emoji).toBeGreaterThan(500)
    expect(read.pairs).toBeGreaterThan(10_000)
  })
})
