/** NEUF_POLICY and --policy: the stricter counts, and a refused prompt opens no model. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyPolicy, applyPolicyAsRead, readHostPolicy } from './policy.ts'
import { call } from './testing/call.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-policy-'))
  writeFileSync(join(folder, 'class.json'), '{"level": "strict", "people": ["Ann Example"], "allow": ["zorg"]}')
  writeFileSync(join(folder, 'broken.json'), '{')
})
afterAll(() => rmSync(folder, { recursive: true }))

const host = (named: string | undefined, option?: 'off' | 'standard' | 'strict') =>
  readHostPolicy(option, { environment: { NEUF_POLICY: named }, folder })
/** No model of this name: whatever gets as far as opening one fails with `model-missing`. */
const neuf = (argv: readonly string[], NEUF_POLICY?: string) =>
  call([...argv, '--model', 'none-of-this-name'], { folder, environment: { NEUF_POLICY } })

describe('the level', () => {
  it('is off unless told, and the stricter of the host and the option', async () => {
    expect(await host(undefined)).toEqual({ level: 'off' })
    expect(await host('', 'strict')).toEqual({ level: 'strict' })
    expect(await host('standard', 'off')).toEqual({ level: 'standard' })
    expect(await host('standard', 'strict')).toEqual({ level: 'strict' })
  })
  it("comes with a host's lists from a file", async () => {
    expect(await host('class.json', 'off')).toMatchObject({ level: 'strict', people: ['Ann Example'], allow: ['zorg'] })
    await expect(host('broken.json')).rejects.toMatchObject({ code: 'file-unreadable' })
    await expect(host('strickt')).rejects.toThrow(/one of off, standard, strict, or a policy's file/)
  })
})

describe('neuf generate', () => {
  it('refuses in one line, before a model is opened', async () => {
    const { status, out, err } = await neuf(['generate', 'a swastika flag', '--policy', 'standard'])
    expect([status, out]).toEqual([1, ''])
    expect(err).toMatch(
      /^neuf: The policy \(standard\) refuses "swastika flag"[^\n]*: extremist propaganda\. [^\n]+ \[prompt-refused\]\n$/,
    )
  })
  it('leaves the level to the host', async () => {
    expect((await neuf(['a corpse'], 'strict')).err).toContain('[prompt-refused]')
    expect((await neuf(['a corpse', '--policy', 'off'], 'strict')).err).toContain('[prompt-refused]')
    expect((await neuf(['a corpse'])).err).toContain('[model-missing]')
    expect((await neuf(['ann example in a park'], 'class.json')).err).toContain('"ann example": a person by name')
  })
  it('prints the verdict of a refused prompt where JSON is asked for', async () => {
    const { status, out } = await neuf(['a corpse', '--policy', 'strict', '--json'])
    expect(status).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      prompt: 'a corpse',
      policy: {
        level: 'strict',
        outcome: 'refused',
        reasons: [
          { category: 'violence', severity: 'mild', span: { start: 2, end: 8 }, matched: 'corpse', beside: null },
        ],
      },
    })
  })
  it('says what a page would blur, and goes on', async () => {
    let err = ''
    const context = { out: { write: () => expect.unreachable() }, err: { write: (text: string) => (err += text) } }
    const verdict = applyPolicy('a nude woman', { level: 'standard' }, context, true)
    expect(verdict.outcome).toBe('blurred')
    expect(err).toBe('neuf: A page would blur these pictures (standard): "nude": nudity. [policy-blurred]\n')
    expect((await neuf(['a nude woman', '--policy', 'standard'])).err).toContain('[model-missing]')
  })
})

describe('what a normaliser makes of a prompt', () => {
  it('is refused where the prompt itself was not, and said once where it was', () => {
    let err = ''
    const context = { out: { write: () => expect.unreachable() }, err: { write: (text: string) => (err += text) } }
    const asRead = (typed: string, read: string) => {
      const before = applyPolicy(typed, { level: 'standard' }, context, false)
      return [before.outcome, applyPolicyAsRead(read, before, { level: 'standard' }, context, false).outcome]
    }
    expect(() => asRead('#aswastikaflag', ' a swastika flag')).toThrow(/refuses "swastika flag"/)
    expect(asRead('a n&#117;de', ' a nude')).toEqual(['allowed', 'blurred'])
    expect(err.match(/would blur/g)).toHaveLength(1)
    expect(asRead('a nude', ' a nude')).toEqual(['blurred', 'blurred'])
    expect(asRead('a cat', ' a cat')).toEqual(['allowed', 'allowed'])
    expect(err.match(/would blur/g)).toHaveLength(2)
  })
})
