import { describe, expect, it } from 'vitest'
import { merge } from './merge.ts'

/** Counts to `last`, a turn of the event loop a number, and notes its end. */
async function* count(name: string, last: number, ended: string[], fails = false) {
  try {
    for (let i = 1; i <= last; i++) {
      await new Promise((resolve) => setImmediate(resolve))
      yield `${name}${i}`
    }
    if (fails) throw new Error(`${name} failed`)
  } finally {
    ended.push(name)
  }
}

describe('merging streams', () => {
  it('gives everything, each stream in its order', async () => {
    const ended: string[] = []
    const all = await Array.fromAsync(merge([count('a', 3, ended), count('b', 1, ended), count('c', 0, ended)]))
    expect(all.filter((item) => item.startsWith('a'))).toEqual(['a1', 'a2', 'a3'])
    expect(all.toSorted()).toEqual(['a1', 'a2', 'a3', 'b1'])
    expect(ended.toSorted()).toEqual(['a', 'b', 'c'])
    expect(await Array.fromAsync(merge([]))).toEqual([])
  })

  it('ends the others when one fails, also when several do', async () => {
    const ended: string[] = []
    const streams = [count('a', 100, ended), count('b', 1, ended, true), count('c', 1, ended, true)]
    await expect(Array.fromAsync(merge(streams))).rejects.toThrow('failed')
    expect(ended.toSorted()).toEqual(['a', 'b', 'c'])
  })

  it('ends all when the reader leaves', async () => {
    const ended: string[] = []
    for await (const _ of merge([count('a', 100, ended), count('b', 100, ended)])) break
    expect(ended.toSorted()).toEqual(['a', 'b'])
  })
})
