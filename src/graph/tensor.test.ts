import { describe, expect, it } from 'vitest'
import { add, constant, GraphError, input, reshape, transpose } from './index.ts'
import { broadcastShapes, defineOp, dimension, fixed, normaliseAxis, describe as say } from './tensor.ts'

describe('tensors and nodes', () => {
  it('cannot be changed', () => {
    const x = input('x', [2, 3])
    const y = add(x, x)
    const everything = [y, y.shape, y.node, y.node.inputs, y.node.outputs, y.node.attributes, y.node.op]
    for (const part of everything) expect(Object.isFrozen(part)).toBe(true)
  })

  it('keep nothing of what the caller may change later', () => {
    const values = [1, 2]
    const order = [1, 0]
    const shape = [2, 3]
    const x = input('x', shape)
    const [c, t] = [constant(values), transpose(x, order)]
    values[0] = 9
    order.reverse()
    shape[0] = 7
    expect(c.node.attributes.values).toEqual([1, 2])
    expect(t.node.attributes.order).toEqual([1, 0])
    expect([x.shape, x.node.attributes.shape]).toEqual([
      [2, 3],
      [2, 3],
    ])
  })

  it('attributes survive JSON', () => {
    for (const tensor of [
      input('x', ['batch', 3]),
      constant([1, 2], [1, 2], 'int32'),
      reshape(input('x', [6]), [2, 3]),
    ]) {
      const { attributes } = tensor.node
      expect(JSON.parse(JSON.stringify(attributes))).toEqual(attributes)
    }
  })
})

describe('errors', () => {
  it('name the op and what it was given', () => {
    const error = new GraphError('add', 'does not fit', [input('x', ['batch', 3]), input('y', [], 'int32')])
    expect(error.message).toBe('add: does not fit (given float32[batch, 3], int32[])')
    expect([error.name, error.op]).toEqual(['GraphError', 'add'])
    expect(say({ shape: [2, 'capacity'], type: 'bool' })).toBe('bool[2, capacity]')
  })
})

describe('sizes', () => {
  const x = input('x', [2, 'length', 4])

  it('are read by axis, from either end', () => {
    expect([dimension(x, 0), dimension(x, -2), fixed(x, -1)]).toEqual([2, 'length', 4])
    expect(() => dimension(x, 3)).toThrow('there is no axis 3 (given float32[2, length, 4])')
    expect(() => fixed(x, 1)).toThrow('axis 1 is "length", a number is needed')
    expect([normaliseAxis('sum', x, -1), normaliseAxis('sum', x, 1)]).toEqual([2, 1])
    for (const axis of [3, -4, 0.5])
      expect(() => normaliseAxis('sum', x, axis)).toThrow(`sum: there is no axis ${axis}`)
  })

  it('broadcast as in NumPy; a name fits only itself and 1', () => {
    const shapes = (a: (number | string)[], b: (number | string)[]) =>
      broadcastShapes('op', { shape: a, type: 'float32' }, { shape: b, type: 'float32' })
    expect(shapes([2, 1, 4], [3, 1])).toEqual([2, 3, 4])
    expect(shapes([], [5])).toEqual([5])
    expect(shapes(['batch', 1], ['batch', 3])).toEqual(['batch', 3])
    expect(shapes([1], ['batch'])).toEqual(['batch'])
    expect(() => shapes(['batch'], [2])).toThrow('op: shapes do not broadcast')
    expect(() => shapes([3], [2])).toThrow('op: shapes do not broadcast')
  })
})

it('ops are frozen', () => {
  expect(Object.isFrozen(defineOp({ name: 'nothing', infer: () => [], lower: () => [] }))).toBe(true)
})
