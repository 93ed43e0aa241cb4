import { expect, it } from 'vitest'
import { createVerdicts } from './verdicts.ts'

it('says what the policy says of a prompt, the more careful of how it is typed and how it is read', () => {
  const verdict = createVerdicts({ level: 'standard' })
  expect(verdict({ prompt: 'a red fox' })).toMatchObject({ outcome: 'allowed', reasons: [] })
  const typed = verdict({ prompt: 'a naked man', normalisedPrompt: 'a man' })
  expect(typed).toMatchObject({ outcome: 'blurred', reasons: [{ category: 'sexual', matched: 'naked' }] })
  expect(typed.reasons[0]!.why.fr).toBe('nudité')
  // What a normaliser takes apart is seen, too.
  expect(verdict({ prompt: 'a red fox', normalisedPrompt: 'a naked man' }).outcome).toBe('blurred')
  expect(createVerdicts({ level: 'off' })({ prompt: 'a naked man' }).outcome).toBe('allowed')
})

it('stays the same however many prompts it has seen', () => {
  const verdict = createVerdicts({ level: 'standard' })
  for (let i = 0; i < 3000; i++) verdict({ prompt: `fox ${i}` })
  expect(verdict({ prompt: 'a naked man' }).outcome).toBe('blurred')
  expect(verdict({ prompt: 'fox 0' }).outcome).toBe('allowed')
})
