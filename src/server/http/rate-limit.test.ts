import { expect, it } from 'vitest'
import { createRateLimit } from './rate-limit.ts'

it('lets a client do so much at once and so much a second, and says how long to wait', () => {
  let time = 0
  const rate = createRateLimit({ atOnce: 3, perSecond: 0.5, now: () => time })
  const refusal = () => {
    try {
      rate.take('ann')
    } catch (error) {
      return (error as { details: { seconds: number } }).details.seconds
    }
    return 0
  }
  expect([refusal(), refusal(), refusal()]).toEqual([0, 0, 0])
  expect(refusal()).toBe(2)
  expect(() => rate.check('ann')).toThrow(/Too many requests/)
  // Another client has its own.
  rate.take('bob')
  time = 1500
  expect(refusal()).toBe(1)
  time = 2000
  rate.check('ann')
  expect([refusal(), refusal()]).toEqual([0, 2])
  // However long it was away, there is no more than that at once.
  time = 1e9
  expect([refusal(), refusal(), refusal(), refusal()]).toEqual([0, 0, 0, 2])
})

it('remembers a bounded number of clients', () => {
  const rate = createRateLimit({ atOnce: 1, perSecond: 0.001, now: () => 0 })
  rate.take('first')
  for (let i = 0; i < 10_000; i++) rate.take(`client ${i}`)
  // Forgotten as the one not seen for longest, while a later one is not.
  rate.take('first')
  expect(() => rate.take('client 9999')).toThrow()
})
