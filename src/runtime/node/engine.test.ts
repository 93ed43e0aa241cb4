import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NeufError } from '../../errors/errors.ts'
import { add, createParameters, input, linear, lower, matmul, mul, sum, transpose } from '../../graph/index.ts'
import { pseudoRandom } from '../../graph/testing/pseudo-random.ts'
import type { Engine, RunOptions, Value } from '../engine.ts'
import { createNodeEngine } from './engine.ts'

const floats = (shape: number[], data: Iterable<number>): Value => ({
  type: 'float32',
  shape,
  data: Float32Array.from(data),
})
const random = (name: string, ...shape: number[]) =>
  floats(
    shape,
    pseudoRandom(
      name,
      shape.reduce((a, b) => a * b, 1),
    ),
  )
const fault = (code: string, message: RegExp) =>
  expect.objectContaining({ name: 'NeufError', code, message: expect.stringMatching(message) as unknown })

let engine: Engine
beforeAll(() => {
  engine = createNodeEngine({ threads: 1 })
})
afterAll(() => engine.dispose())

describe('a session', () => {
  it('runs with other sizes each time and gives what is fetched', async () => {
    const [a, b] = [input('a', ['n']), input('b', ['n'])]
    const session = await engine.load(lower({ sum: add(a, b), product: mul(a, b) }))
    for (const size of [1, 3]) {
      const of = (value: number) => floats([size], Array(size).fill(value) as number[])
      const found = await session.run({ a: of(2), b: of(5) }, { fetch: ['product'] })
      expect(Object.keys(found)).toEqual(['product'])
      expect(found.product).toMatchObject({ type: 'float32', shape: [size] })
      expect([...(found.product!.data as Float32Array)]).toEqual(Array(size).fill(10))
    }
    await session.dispose()
    await expect(session.run({ a: floats([1], [1]), b: floats([1], [1]) }, { fetch: ['sum'] })).rejects.toEqual(
      fault('engine', /running a graph: the session was disposed/),
    )
  })

  it('takes every element type', async () => {
    const [i, l, u] = [input('i', [2], 'int32'), input('l', [2], 'int64'), input('u', [2], 'uint8')]
    const session = await engine.load(lower({ i2: add(i, i), l2: add(l, l), u2: u }))
    const found = await session.run(
      {
        i: { type: 'int32', shape: [2], data: Int32Array.of(-3, 4) },
        l: { type: 'int64', shape: [2], data: BigInt64Array.of(2n ** 40n, -1n) },
        u: { type: 'uint8', shape: [2], data: Uint8Array.of(0, 255) },
      },
      { fetch: ['i2', 'l2', 'u2'] },
    )
    expect([...found.i2!.data]).toEqual([-6, 8])
    expect([...found.l2!.data]).toEqual([2n ** 41n, -2n])
    expect([...found.u2!.data]).toEqual([0, 255])
    await session.dispose()
  })

  it('lends an output until the next run that lends to its place, whatever its size', async () => {
    const [a, b] = [input('a', ['n', 2]), input('b', [2])]
    const session = await engine.load(lower({ sum: add(a, b), twice: mul(a, 2) }))
    const run = (rows: number, value: number, options: RunOptions) => {
      const inputs = { a: floats([rows, 2], Array(rows * 2).fill(value) as number[]), b: floats([2], [1, 2]) }
      return session.run(inputs, options)
    }
    const lend = { sum: 'place' }
    const first = await run(2, 10, { lend, fetch: ['twice'] })
    expect(first.sum).toMatchObject({ type: 'float32', shape: [2, 2] })
    expect([...first.sum!.data]).toEqual([11, 12, 11, 12])
    expect([...first.twice!.data]).toEqual([20, 20, 20, 20])
    const elsewhere = await run(2, 15, { lend: { sum: 'another place' } })
    const second = await run(2, 20, { lend })
    expect([...second.sum!.data]).toEqual([21, 22, 21, 22])
    expect([...first.sum!.data]).toEqual([21, 22, 21, 22])
    expect([...elsewhere.sum!.data]).toEqual([16, 17, 16, 17])
    // What is fetched is the caller's own.
    const fetched = await run(2, 30, { lend, fetch: ['sum'] })
    await run(2, 40, { lend })
    expect([...fetched.sum!.data]).toEqual([31, 32, 31, 32])
    const other = await run(1, 50, { lend: { ...lend, twice: 'another place' } })
    expect([other.sum!.shape, ...other.sum!.data, ...other.twice!.data]).toEqual([[1, 2], 51, 52, 100, 100])
    // After its place was let go, nobody writes there.
    await engine.drop(['place', 'another place'])
    await run(1, 60, { lend })
    expect([...other.sum!.data]).toEqual([51, 52])
    await session.dispose()
  })

  it('keeps what it holds, also where that is lent or was of another type', async () => {
    const session = await engine.load(lower({ twice: mul(input('a', [2]), 2) }))
    await engine.put('twice', { type: 'int32', shape: [2], data: Int32Array.of(7, 7) })
    for (const value of [1, 2]) {
      const options = { hold: { twice: 'twice' }, lend: { twice: 'place' } }
      const { twice } = await session.run({ a: floats([2], [value, 5]) }, options)
      expect([...twice!.data]).toEqual([2 * value, 10])
      expect([...(await engine.get('twice')).data]).toEqual([2 * value, 10])
    }
    await engine.drop(['twice', 'place'])
    await session.dispose()
  })

  it('gives the same bits every time', async () => {
    const y = linear(input('x', ['n', 64]), createParameters().get('w', [128, 64], 'zeros'))
    const weights = new Map([['w', { shape: [128, 64], data: pseudoRandom('w', 128 * 64) }]])
    const session = await engine.load(lower({ y }, weights))
    const results = new Set<string>()
    for (let i = 0; i < 5; i++) {
      const { y: found } = await session.run({ x: random('x', 33, 64) }, { fetch: ['y'] })
      results.add(Buffer.from(found!.data.buffer).toString('base64'))
    }
    expect(results.size).toBe(1)
    await session.dispose()
  })

  it('moves weights to the engine, or keeps them for another graph', async () => {
    const y = linear(input('x', ['n', 2]), createParameters().get('w', [3, 2], 'zeros'))
    const weights = new Map([['w', { shape: [3, 2], data: new Float32Array([1, 2, 3, 4, 5, 6]) }]])
    const lowered = lower({ y }, weights)
    for (const kept of [true, true, false]) {
      const session = await engine.load(lowered, { keepWeights: kept })
      const { y: found } = await session.run({ x: floats([1, 2], [1, 10]) }, { fetch: ['y'] })
      expect([...found!.data]).toEqual([21, 43, 65])
      expect(weights.get('w')!.data.length).toBe(kept ? 6 : 0)
      await session.dispose()
    }
    await expect(engine.load(lowered)).rejects.toEqual(fault('engine', /loading a graph/))
  })
})

describe('values that the engine holds', () => {
  it('are put, read, replaced and dropped', async () => {
    await engine.put('a', floats([2], [1, 2]))
    expect([...(await engine.get('a')).data]).toEqual([1, 2])
    // A copy: changing it changes nothing there.
    ;(await engine.get('a')).data.fill(0 as never)
    expect([...(await engine.get('a')).data]).toEqual([1, 2])
    await engine.drop(['a', 'not there'])
    await expect(engine.get('a')).rejects.toEqual(fault('engine', /no value is held under "a"/))
  })

  it('go in and out of runs without leaving the engine', async () => {
    const x = input('x', [2])
    const session = await engine.load(lower({ y: mul(x, 2) }))
    await engine.put('state', floats([2], [1, 3]))
    for (let i = 0; i < 3; i++) {
      expect(await session.run({}, { held: { x: 'state' }, hold: { y: 'state' } })).toEqual({})
    }
    expect([...(await engine.get('state')).data]).toEqual([8, 24])
    const { y } = await session.run({}, { held: { x: 'state' }, hold: { y: 'state' }, fetch: ['y'] })
    expect([...y!.data]).toEqual([16, 48])
    expect([...(await engine.get('state')).data]).toEqual([16, 48])
    await engine.drop(['state'])
    await expect(session.run({}, { held: { x: 'state' }, fetch: ['y'] })).rejects.toEqual(fault('engine', /"state"/))
    await session.dispose()
  })

  it('that a run only replaces are written over, those that it reads are not', async () => {
    const session = await engine.load(lower({ y: transpose(input('x', [64, 64]), [1, 0]) }))
    const turned = (data: ArrayLike<number>) => Array.from(data, (_, i) => data[(i % 64) * 64 + Math.floor(i / 64)]!)
    const x = random('x', 64, 64)
    const plain = [...(x.data as Float32Array)]
    await engine.put('x', x)
    for (const value of [random('first', 64, 64), random('second', 64, 64)]) {
      const expected = turned([...(value.data as Float32Array)])
      await session.run({ x: value }, { hold: { y: 'y' } })
      expect([...(await engine.get('y')).data]).toEqual(expected)
    }
    // Turning in place would lose half of it.
    await session.run({}, { held: { x: 'x' }, hold: { y: 'x' } })
    expect([...(await engine.get('x')).data]).toEqual(turned(plain))
    await session.dispose()
    await engine.drop(['x', 'y'])
  })

  it('are written at one place along an axis', async () => {
    const part = input('part', [2, 1, 2])
    const session = await engine.load(lower({ y: mul(part, 1), flat: sum(part, [1]) }))
    await engine.put('cache', floats([2, 3, 2], Array(12).fill(0)))
    for (const at of [2, 0]) {
      const write = { y: { into: 'cache', axis: 1, at } }
      await session.run(
        {
          part: floats(
            [2, 1, 2],
            [1, 2, 3, 4].map((v) => v + 10 * at),
          ),
        },
        { write },
      )
    }
    expect([...(await engine.get('cache')).data]).toEqual([1, 2, 0, 0, 21, 22, 3, 4, 0, 0, 23, 24])
    for (const write of [{ y: { into: 'cache', axis: 1, at: 3 } }, { y: { into: 'cache', axis: 0, at: 0 } }]) {
      await expect(session.run({ part: floats([2, 1, 2], [1, 2, 3, 4]) }, { write })).rejects.toEqual(
        fault('engine', /cannot write/),
      )
    }
    await session.dispose()
    await engine.drop(['cache'])
  })

  it('change their size along an axis', async () => {
    await engine.put('cache', floats([2, 2, 1], [1, 2, 3, 4]))
    await engine.resize(['cache'], 1, 3)
    expect(await engine.get('cache')).toMatchObject({ shape: [2, 3, 1], data: Float32Array.of(1, 2, 0, 3, 4, 0) })
    await engine.resize(['cache'], 1, 1)
    expect(await engine.get('cache')).toMatchObject({ shape: [2, 1, 1], data: Float32Array.of(1, 3) })
    await engine.drop(['cache'])
  })

  it('begin as zeros with room to grow', async () => {
    await engine.zeros(['a', 'b'], [2, 1], 6)
    await engine.resize(['a'], 1, 3)
    expect(await engine.get('a')).toEqual(floats([2, 3], Array(6).fill(0) as number[]))
    expect(await engine.get('b')).toEqual(floats([2, 1], [0, 0]))
    await engine.drop(['a', 'b'])
  })
})

describe('faults', () => {
  it('say what the engine was doing and why it could not', async () => {
    const y = add(input('x', [2]), 1)
    const session = await engine.load(lower({ y }))
    const rejected = [
      [session.run({}, { fetch: ['y'] }), /running a graph: .*input 'x' is missing/],
      [session.run({ x: floats([3], [1, 2, 3]) }, { fetch: ['y'] }), /running a graph: /],
      [session.run({ x: floats([2], [1, 2]) }, { fetch: ['z'] }), /running a graph: .*z/],
      [
        session.run({ x: { type: 'int32', shape: [2], data: Int32Array.of(1, 2) } }, { fetch: ['y'] }),
        /running a graph/,
      ],
      [
        engine.load({ model: new Uint8Array([1, 2, 3]), externalData: [], inputs: {}, outputs: {} }),
        /loading a graph: /,
      ],
    ] as const
    for (const [promise, message] of rejected) {
      const error = await promise.then(
        () => undefined,
        (reason: unknown) => reason,
      )
      expect(error).toBeInstanceOf(NeufError)
      expect(error).toEqual(fault('engine', message))
    }
    const { y: found } = await session.run({ x: floats([2], [1, 2]) }, { fetch: ['y'] })
    expect([...found!.data]).toEqual([2, 3])
    await session.dispose()
  })

  it('an array that was moved before is named as the cause, and harms nothing', async () => {
    const session = await engine.load(lower({ y: add(input('x', [2]), 1) }))
    const x = floats([2], [1, 2])
    await session.run({ x }, { fetch: ['y'] })
    await expect(session.run({ x }, { fetch: ['y'] })).rejects.toEqual(
      fault('engine', /running a graph: an array was given that had been moved/),
    )
    const { y } = await session.run({ x: floats([2], [5, 6]) }, { fetch: ['y'] })
    expect([...y!.data]).toEqual([6, 7])
    await session.dispose()
  })

  it.each([
    ['the processor', { provider: 'cpu' }],
    // Nothing comes as far as the card.
    ['a graphics card', { provider: 'webgpu', adapter: null }],
  ] as const)('so are weights, for %s', async (_, device) => {
    const other = createNodeEngine({ threads: 1, device })
    const w = createParameters().get('w', [2, 2], 'zeros')
    const weight = { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }
    const graph = lower({ y: linear(input('x', [2, 2]), w) }, new Map([['w', weight]]))
    structuredClone(weight.data, { transfer: [weight.data.buffer] })
    await expect(other.load(graph)).rejects.toEqual(
      fault('engine', /loading a graph: an array was given that had been moved/),
    )
    await other.dispose()
  })

  it('a signal cancels before and during a run', async () => {
    const [a, b] = [input('a', [600, 600]), input('b', [600, 600])]
    const session = await engine.load(lower({ y: sum(matmul(matmul(a, b), matmul(b, a))) }))
    const run = (signal: AbortSignal) =>
      session.run({ a: random('a', 600, 600), b: random('b', 600, 600) }, { fetch: ['y'], signal })
    await expect(run(AbortSignal.abort())).rejects.toEqual(fault('cancelled', /Stopped/))
    const controller = new AbortController()
    const running = run(controller.signal)
    controller.abort()
    await expect(running).rejects.toEqual(fault('cancelled', /Stopped/))
    expect((await run(new AbortController().signal)).y!.shape).toEqual([])
    await session.dispose()
  })

  it('disposing rejects what waits, and what comes after', async () => {
    const other = createNodeEngine({ threads: 1 })
    const session = await other.load(lower({ y: matmul(input('a', [600, 600]), input('b', [600, 600])) }))
    const waiting = [1, 2, 3].map((i) =>
      session.run({ a: random(`a${i}`, 600, 600), b: random(`b${i}`, 600, 600) }, { fetch: ['y'] }),
    )
    const settled = Promise.allSettled(waiting)
    await other.dispose()
    for (const result of await settled) {
      expect(result).toMatchObject({ status: 'rejected', reason: fault('engine', /the engine was disposed/) })
    }
    await expect(session.run({ a: random('a', 1), b: random('b', 1) })).rejects.toEqual(fault('engine', /disposed/))
    await expect(other.put('x', floats([1], [1]))).rejects.toEqual(fault('engine', /disposed/))
    await session.dispose()
    await other.dispose()
  })
})

describe('memory', () => {
  it('stays bounded over many runs and sessions', async () => {
    const side = 512 // 1 MB a value
    const x = input('x', [side, side])
    const session = await engine.load(lower({ y: mul(x, 2) }))
    const runs = async (count: number) => {
      for (let i = 0; i < count; i++) {
        const data = new Float32Array(side * side).fill(i)
        await session.run({ x: { type: 'float32', shape: [side, side], data } }, { hold: { y: 'kept' }, fetch: ['y'] })
      }
      return process.memoryUsage().rss
    }
    const before = await runs(30)
    // 600 runs make 1.8 GB of values.
    const after = await runs(600)
    expect(after - before).toBeLessThan(500e6)
    await session.dispose()
    await engine.drop(['kept'])
  }, 30_000)

  it('may hold several weights in one buffer, kept by the caller or moved', async () => {
    const together = new Float32Array(2 * 64 * 64).map((_, i) => (i < 64 * 64 ? 1 : 2))
    const weights = new Map(
      [0, 1].map((k) => [`${k}.weight`, { shape: [64, 64], data: together.subarray(k * 64 * 64, (k + 1) * 64 * 64) }]),
    )
    for (const keepWeights of [true, false]) {
      const p = createParameters()
      const x = input('x', [1, 64])
      const y = linear(linear(x, p.get('0.weight', [64, 64], 'zeros')), p.get('1.weight', [64, 64], 'zeros'))
      const session = await engine.load(lower({ y }, weights), { keepWeights })
      const out = await session.run({ x: floats([1, 64], new Float32Array(64).fill(1)) }, { fetch: ['y'] })
      expect(new Set(out.y!.data as Float32Array)).toEqual(new Set([64 * 128]))
      await session.dispose()
    }
  })

  // By the counts of a system that gives memory of its own to large pieces and takes it back at once.
  it.runIf(process.platform === 'linux')(
    'goes back to the system when weights are loaded and held values replaced or dropped',
    () => {
      const program = `
      import { createNodeEngine } from '${new URL('./engine.ts', import.meta.url)}'
      import { createParameters, input, linear, lower } from '${new URL('../../graph/index.ts', import.meta.url)}'
      const engine = createNodeEngine({ threads: 1 })
      const load = (side, layers) => {
        const p = createParameters()
        const weights = new Map()
        let y = input('x', [2, side])
        for (let i = 0; i < layers; i++) {
          weights.set(i + '.weight', { shape: [side, side], data: new Float32Array(side * side).fill(1) })
          y = linear(y, p.get(i + '.weight', [side, side], 'zeros'))
        }
        return engine.load(lower({ y }, weights))
      }
      const megabytes = () => process.memoryUsage().rss / 1e6
      await load(8, 1)
      const told = [megabytes()]
      const session = await load(2048, 12)
      told.push(megabytes())
      const names = [...Array(24).keys()].map(String)
      for (const round of [1, 2]) {
        // What they replace goes, too.
        for (const again of [1, 2, 3]) {
          await engine.zeros(names, [1, 8], 2 ** 21)
          await engine.resize(names, 0, 2 ** 18)
        }
        told.push(megabytes())
        await engine.drop(names)
        told.push(megabytes())
      }
      console.log(JSON.stringify(told))
      await engine.dispose()`
      const ended = spawnSync(process.execPath, ['--eval', program], { encoding: 'utf8' })
      const [before, loaded, ...rest] = JSON.parse(ended.stdout) as [number, number, number, number, number, number]
      // Weights of 201 MB, values of 201 MB; a copy that stays would be 201 more.
      expect(loaded - before).toBeLessThan(350)
      for (const [held, dropped] of [rest.slice(0, 2), rest.slice(2)] as [number, number][]) {
        expect(held - loaded).toBeGreaterThan(150)
        expect(held - loaded).toBeLessThan(300)
        expect(dropped - loaded).toBeLessThan(50)
      }
    },
    60_000,
  )
})

describe('a process that ends in the middle of a run', () => {
  const program = `
    import { createNodeEngine } from '${new URL('./engine.ts', import.meta.url)}'
    import { input, lower, matmul, sum } from '${new URL('../../graph/index.ts', import.meta.url)}'
    const engine = createNodeEngine({ threads: 1 })
    const shape = [700, 700]
    const graph = sum(matmul(input('a', shape), input('b', shape)))
    const session = await engine.load(lower({ graph }))
    const value = () => ({ type: 'float32', shape, data: new Float32Array(490000) })
    for (let i = 0; i < 20; i++) session.run({ a: value(), b: value() }, { fetch: ['graph'] }).catch(() => {})
    const ending = process.argv.at(-1)
    setTimeout(() => {
      if (ending === 'exit') process.exit(3)
      throw new Error('a fault elsewhere')
    }, 20)`

  for (const [ending, status, words] of [
    ['exit', 3, /^$/],
    ['throw', 1, /a fault elsewhere/],
  ] as const) {
    it(`ends with its own status (${ending})`, () => {
      const ended = spawnSync(process.execPath, ['--eval', program, ending], { encoding: 'utf8' })
      expect(ended).toMatchObject({ status, signal: null, stderr: expect.stringMatching(words) as unknown })
    })
  }
})
