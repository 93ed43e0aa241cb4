/** A process that converts a model of 1.6 million zeros into the folder it is given, and says how that ended; `stop` ends it midway. */

import { readdirSync } from 'node:fs'
import { NeufError } from '../../errors/errors.ts'
import { writeModel } from '../../models/model-folder.ts'
import { plainModel } from '../../models/testing/plain-model.ts'
import { removeUnfinished } from '../../storage/atomic-write.ts'

const [folder, stop] = process.argv.slice(2) as [string, string?]
// Without it, the system ends a process whose file grows too large; then the write fails instead.
process.on('SIGXFSZ', () => undefined)
const names = Array.from({ length: 16 }, (_, i) => `w${i}`)
async function* read() {
  for (const [i, name] of names.entries()) {
    if (i === 8 && stop !== undefined) {
      const during = readdirSync(folder).filter((file) => file.endsWith('.tmp'))
      removeUnfinished()
      console.log(`stopped with ${during.join()}`)
      process.exit()
    }
    yield [name, { shape: [320, 320], data: new Float32Array(320 * 320).fill(i) }] as const
  }
}
const shapes = new Map(names.map((name) => [name, [320, 320]]))
const generator = { settings: {}, weights: { shapes, read }, precision: 'int8' } as const
try {
  await writeModel(folder, {
    ...plainModel,
    name: 'other',
    networks: { generator },
  })
  console.log('done')
} catch (error) {
  console.log(error instanceof NeufError ? `${error.code} ${error.message}` : String(error))
}
