/** The engine's contract on a graphics card. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { add, cast, input, lower, mul, sum, transpose } from '../../graph/index.ts'
import { pseudoRandom } from '../../graph/testing/pseudo-random.ts'
import type { Engine, Value } from '../engine.ts'
import { createNodeEngine } from './engine.ts'
import { patience, webGpuForTests } from './testing/web-gpu.ts'

const device = await webGpuForTests()

const floats = (shape: number[], data: Iterable<number>): Value => ({
  type: 'float32',
  shape,
  data: Float32Array.from(data),
})
const fault = (message: RegExp) =>
  expect.objectContaining({ code: 'engine', message: expect.stringMatching(message) as unknown }) as unknown

describe.runIf(device)('an engine on a graphics card', { timeout: patience }, () => {
  let engine: Engine
  beforeAll(() => {
    engine = createNodeEngine({ threads: 1, device: device! })
  })
  afterAll(() => engine.dispose())

  it('says so in its fingerprint', () => {
    const { adapter } = device as { adapter: string | null }
    expect(engine.fingerprint).toContain(` webgpu fp32 ${process.arch} ${adapter ?? 'unknown adapter'}, `)
  })

  it('takes and gives every element type, of any size', async () => {
    const [f, i, l, u] = [
      input('f', ['n']),
      input('i', ['n'], 'int32'),
      input('l', [2], 'int64'),
      input('u', [2], 'uint8'),
    ]
    const session = await engine.load(
      lower({ f2: add(f, f), i2: add(i, i), l2: add(l, l), u2: u, bytes: cast(f, 'uint8') }),
    )
    for (const size of [1, 3]) {
      const found = await session.run(
        {
          f: floats([size], Array(size).fill(1.5) as number[]),
          i: { type: 'int32', shape: [size], data: Int32Array.from(Array(size).fill(-3) as number[]) },
          l: { type: 'int64', shape: [2], data: BigInt64Array.of(2n ** 40n, -1n) },
          u: { type: 'uint8', shape: [2], data: Uint8Array.of(0, 255) },
        },
        { fetch: ['f2', 'i2', 'l2', 'u2', 'bytes'] },
      )
      expect(found.f2).toEqual(floats([size], Array(size).fill(3) as number[]))
      expect([...found.i2!.data]).toEqual(Array(size).fill(-6))
      expect([...found.l2!.data, ...found.u2!.data]).toEqual([2n ** 41n, -2n, 0, 255])
      expect([...found.bytes!.data]).toEqual(Array(size).fill(1))
    }
    await session.dispose()
  })

  it('gives what is asked for, whichever it was before, and lends it', async () => {
    const x = input('x', [2])
    const session = await engine.load(lower({ twice: mul(x, 2), more: add(x, 1), all: sum(x) }))
    const run = (options: Parameters<typeof session.run>[1]) => session.run({ x: floats([2], [3, 5]) }, options)
    expect(await run({ fetch: ['all'] })).toEqual({ all: floats([], [8]) })
    expect(await run({ fetch: ['more', 'twice'], lend: { all: 'place' } })).toEqual({
      twice: floats([2], [6, 10]),
      more: floats([2], [4, 6]),
      all: floats([], [8]),
    })
    expect(await run({})).toEqual({})
    await expect(run({ fetch: ['none'] })).rejects.toEqual(fault(/no output "none"/))
    await expect(session.run({}, { fetch: ['all'] })).rejects.toEqual(fault(/running a graph/))
    expect(await run({ lend: { twice: 'place' } })).toEqual({ twice: floats([2], [6, 10]) })
    await engine.drop(['place'])
    await session.dispose()
  })

  it('holds values over runs and beyond their session, and replaces those that a run reads', async () => {
    const session = await engine.load(lower({ y: transpose(input('x', [8, 8]), [1, 0]) }))
    const plain = pseudoRandom('x', 64)
    const turned = Float32Array.from(plain, (_, i) => plain[(i % 8) * 8 + Math.floor(i / 8)]!)
    await engine.put('x', floats([8, 8], plain))
    await session.run({}, { held: { x: 'x' }, hold: { y: 'x' } })
    expect((await engine.get('x')).data).toEqual(turned)
    const { y } = await session.run({}, { held: { x: 'x' }, hold: { y: 'y' }, fetch: ['y'] })
    y!.data.fill(0 as never)
    await session.dispose()
    for (const name of ['y', 'y']) expect((await engine.get(name)).data).toEqual(plain)
    await engine.put('y', { type: 'int32', shape: [1], data: Int32Array.of(7) })
    expect(await engine.get('y')).toEqual({ type: 'int32', shape: [1], data: Int32Array.of(7) })
    await engine.drop(['x', 'y', 'never there'])
    await expect(engine.get('x')).rejects.toEqual(fault(/no value is held under "x"/))
  })

  it('writes parts into held values along any axis, which grow and shrink', async () => {
    const shape = [2, 3, 2]
    await engine.zeros(['cache'], shape, 100)
    const expected = new Float32Array(12)
    for (const [axis, at] of [
      [1, 2],
      [0, 1],
      [2, 0],
      [1, 0],
    ] as const) {
      const part = shape.with(axis, 1)
      const session = await engine.load(lower({ y: mul(input('x', part), 1) }))
      const data = pseudoRandom(`${axis} ${at}`, 12 / shape[axis]!)
      await session.run({ x: floats(part, data) }, { write: { y: { into: 'cache', axis, at } } })
      let next = 0
      for (let i = 0; i < 12; i++) {
        const place = [Math.floor(i / 6), Math.floor(i / 2) % 3, i % 2][axis]
        if (place === at) expected[i] = data[next++]!
      }
      expect((await engine.get('cache')).data).toEqual(expected)
      for (const write of [
        { into: 'cache', axis, at: shape[axis]! },
        { into: 'cache', axis: (axis + 1) % 3, at: 0 },
      ]) {
        const wrong = session.run({ x: floats(part, data) }, { write: { y: write } })
        await expect(wrong).rejects.toEqual(fault(/cannot write \[/))
      }
      await session.dispose()
    }
    await engine.resize(['cache'], 1, 4)
    const grown = await engine.get('cache')
    expect(grown.shape).toEqual([2, 4, 2])
    expect([...grown.data]).toEqual([0, 1].flatMap((i) => [...expected.slice(6 * i, 6 * i + 6), 0, 0]))
    await engine.resize(['cache'], 1, 1)
    expect([...(await engine.get('cache')).data]).toEqual([0, 1].flatMap((i) => [...expected.slice(6 * i, 6 * i + 2)]))
    await engine.drop(['cache'])
  })

  it('is followed by another', async () => {
    const other = createNodeEngine({ threads: 1, device: device! })
    const session = await other.load(lower({ y: add(input('x', [2]), 1) }))
    await session.run({ x: floats([2], [1, 2]) }, { hold: { y: 'y' } })
    await other.dispose()
    await expect(other.get('y')).rejects.toEqual(fault(/disposed/))
    await engine.put('x', floats([1], [4]))
    expect((await engine.get('x')).data).toEqual(Float32Array.of(4))
    await engine.drop(['x'])
  })
})
