/** A corpus in memory for tests: pictures of one colour, or noise, with captions that say which. */
import type { SceneCorpus } from '../../corpus/read.ts'
import { philoxBelow } from '../../random/philox.ts'

const colours = ['red', 'green', 'blue'] as const
const concepts = ['cat', 'car'] as const

export type SmallScene = { readonly concept: (typeof concepts)[number]; readonly colour: (typeof colours)[number] }

export const sceneOf = (index: number): SmallScene => ({
  concept: concepts[philoxBelow(2, 11, index, 0)]!,
  colour: colours[philoxBelow(3, 11, index, 1)]!,
})

/** Scene `index`: a cat's picture is plain, a car's has a black left half. Both are noisy by up to `noise`. */
export function smallCorpus(count: number, { side = 8, noise = 20 } = {}): SceneCorpus {
  return {
    side,
    count,
    info: { kind: 'scenes' } as SceneCorpus['info'],
    record(index) {
      const { concept, colour } = sceneOf(index)
      const thing = { concept, colour, material: null, size: 'normal', count: 1 }
      const captions = [
        { language: 'en', text: `a ${colour} ${concept}` },
        { language: 'en', text: `${concept}, ${colour}` },
      ]
      return {
        seed: index,
        scene: { things: [thing], relations: [], background: 'white', style: 'plain', filter: null },
        captions,
      } as unknown as ReturnType<SceneCorpus['record']>
    },
    pixels(index) {
      const { concept, colour } = sceneOf(index)
      return Uint8Array.from({ length: side * side * 3 }, (_, i) => {
        const dark = concept === 'car' && Math.floor(i / 3) % side < side / 2
        const value = !dark && colours[i % 3] === colour ? 220 : 20
        return value + philoxBelow(noise + 1, 12, index, i)
      })
    },
    alpha: () => null,
    dispose() {},
  }
}
