/** Which examples a step reads: every one once an epoch, in an order that is a function of the seed and the epoch. */
import { philoxBelow } from '../random/philox.ts'

export type ExampleOrder = (first: number, count: number) => number[]

/** Examples number `first` up to `first + count` of an endless stream of shuffled epochs. */
export function exampleOrder(examples: number, seed: number): ExampleOrder {
  let shuffledEpoch = -1
  const order = new Uint32Array(examples)
  const shuffle = (epoch: number): void => {
    for (let i = 0; i < examples; i++) order[i] = i
    for (let i = examples - 1; i > 0; i--) {
      const j = philoxBelow(i + 1, seed, epoch, i)
      const kept = order[i]!
      order[i] = order[j]!
      order[j] = kept
    }
    shuffledEpoch = epoch
  }
  return (first, count) =>
    Array.from({ length: count }, (_, i) => {
      const epoch = Math.floor((first + i) / examples)
      if (epoch !== shuffledEpoch) shuffle(epoch)
      return order[(first + i) % examples]!
    })
}
