import { describe, expect, it } from 'vitest'
import { groupNorm, input } from '../index.ts'
import { checkOp } from '../testing/check-op.ts'
import { type Plain, plain, total } from '../testing/plain.ts'

function reference(x: Plain, scale: Plain, bias: Plain, groups: number, epsilon: number): Plain {
  const [batch, channels, rows, columns] = x.shape as [number, number, number, number]
  const places = rows * columns
  const size = (channels / groups) * places
  return plain([batch, channels, rows, columns], (b, c, i, j) => {
    const first = (b! * groups + Math.floor((c! * groups) / channels)) * size
    const group = x.data.slice(first, first + size)
    const mean = total(group) / size
    const variance = total(group.map((value) => (value - mean) ** 2)) / size
    const value = x.data[((b! * channels + c!) * rows + i!) * columns + j!]!
    return ((value - mean) / Math.sqrt(variance + epsilon)) * scale.data[c!]! + bias.data[c!]!
  })
}

describe('groupNorm', () => {
  const check = (x: readonly number[], groups: number, epsilon: number) =>
    checkOp({
      inputs: { x, scale: [x[1]!], bias: [x[1]!] },
      build: (t) => groupNorm(t.x, { groups, scale: t.scale, bias: t.bias, epsilon }),
      reference: (t) => reference(t.x, t.scale, t.bias, groups, epsilon),
    })

  it('several channels to a group', () => check([2, 6, 2, 3], 3, 1e-6))
  it('a channel to a group', () => check([2, 3, 3, 2], 3, 1e-5))
  it('all channels in one, and an epsilon that counts', () => check([1, 4, 2, 2], 1, 0.1))

  it('carries a named batch, and names what does not fit', () => {
    const x = input('x', ['batch', 6, 4, 4])
    const vectors = { scale: input('scale', [6]), bias: input('bias', [6]), epsilon: 1e-6 }
    expect(groupNorm(x, { groups: 2, ...vectors }).shape).toEqual(['batch', 6, 4, 4])
    expect(() => groupNorm(x, { groups: 4, ...vectors })).toThrow('groupNorm: 6 channels do not divide into 4 groups')
    expect(() => groupNorm(x, { groups: 2, ...vectors, bias: input('b', [5]) })).toThrow('scale and bias must be [6]')
    expect(() => groupNorm(input('x', [2, 6, 4]), { groups: 2, ...vectors })).toThrow('needs [batch, channels, rows')
    expect(() => groupNorm(input('x', [2, 6, 'rows', 4]), { groups: 2, ...vectors })).toThrow('"rows" is not known')
  })
})
