/** Parameters by name: a network asks for what it needs, and two graphs of one network share what they ask for. */
import { describeParameter, type Initial, parameter } from './ops/leaves.ts'
import { GraphError, sameShape, type Tensor } from './tensor.ts'

/**
 * A place in the tree of names. `p.in('decoder').in('layers').in(3).get('weight', [256, 256], { normal: 0.02 })` is the
 * parameter `decoder.layers.3.weight`; asked for again, it is the same tensor.
 */
export type Parameters = {
  in(name: string | number): Parameters
  get(name: string, shape: readonly number[], initial: Initial): Tensor
  /** Every parameter asked for so far at or below this place, by its full name, in the order of first use. */
  all(): ReadonlyMap<string, Tensor>
}

export function createParameters(): Parameters {
  const known = new Map<string, Tensor>()
  const at = (prefix: string): Parameters => ({
    in: (name) => at(`${prefix}${name}.`),
    get(name, shape, initial) {
      const full = prefix + name
      const before = known.get(full)
      if (before === undefined) {
        const made = parameter(full, shape, initial)
        known.set(full, made)
        return made
      }
      if (!sameShape(before.shape, shape)) {
        const had = describeParameter(before).shape
        throw new GraphError('parameter', `${full} is [${had.join(', ')}] and is asked for as [${shape.join(', ')}]`)
      }
      return before
    },
    all: () => new Map([...known].filter(([name]) => name.startsWith(prefix))),
  })
  return at('')
}
