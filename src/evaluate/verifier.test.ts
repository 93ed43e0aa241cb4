import { expect, it } from 'vitest'
import { createNodeEngine } from '../runtime/node/engine.ts'
import { smallVerifier } from './testing/small-verifier.ts'
import { createVerifier } from './verifier.ts'

it('names the weights that do not fit its settings, and why', async () => {
  const { settings, classes, weights } = smallVerifier()
  const [first, { shape, data }] = [...weights][0]!
  const less = new Map([...weights].filter(([name]) => name !== first))
  const turned = new Map([...weights, [first, { shape: [...shape, 1], data }]])
  const engine = createNodeEngine({ threads: 1 })
  try {
    for (const unfit of [less, turned]) {
      await expect(createVerifier(engine, settings, classes, unfit, 'a/verifier.safetensors')).rejects.toMatchObject({
        code: 'model-broken',
        details: { path: 'a/verifier.safetensors', why: expect.stringContaining(first) },
      })
    }
    await expect(createVerifier(engine, settings, classes, less)).rejects.toThrow(
      'damaged at the verifier: it does not',
    )
  } finally {
    await engine.dispose()
  }
})
