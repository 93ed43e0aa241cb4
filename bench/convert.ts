/**
 * `npm run bench -- convert [mini|mega] [int8|int4|fp16|fp32] [noise]`: a file of a published model's size is converted into a
 * model folder, and the generator of that is loaded, each in a process of its own: seconds, and the most memory each took. The
 * published file is sparse (its weights are zeros, which quantise somewhat faster) unless `noise`.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { convertGenerator } from '../src/convert/convert-generator.ts'
import { generatorGraphs, generatorSessions } from '../src/families/dalle-mini/draw-position.ts'
import { openCheckpoint } from '../src/models/checkpoints/checkpoint.ts'
import { openModel } from '../src/models/model-folder.ts'
import type { Precision } from '../src/models/weights.ts'
import { createNodeEngine } from '../src/runtime/node/engine.ts'
import { publishedSettings, writePublished } from './measure/published-file.ts'

type Size = keyof typeof publishedSettings

/** On a machine that does other things besides, what the processor spent says more than what the clock did. */
const seconds = (since: number): string => {
  const { user, system } = process.cpuUsage()
  return `${((performance.now() - since) / 1000).toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s of processors)`
}
const peak = (): string => `${Math.round(process.resourceUsage().maxRSS / 1024)} MB at most`

const parts: Readonly<Record<string, (folder: string, size: Size, precision: Precision) => Promise<string>>> = {
  async convert(folder, size, precision) {
    const flax = await openCheckpoint(join(folder, 'flax_model.msgpack'))
    const since = performance.now()
    await convertGenerator({ flax }, publishedSettings[size], { folder: join(folder, 'model'), precision })
    await flax.close()
    return `${seconds(since)}, ${peak()}`
  },
  async load(folder, size) {
    const engine = createNodeEngine()
    // The thread's own start is every command's, large model or small.
    await engine.drop([])
    const since = performance.now()
    const model = await openModel(join(folder, 'model'))
    const weights = await (model.settings('generator').products === 'blocks' ? model.blocks : model.weights)(
      'generator',
    )
    const read = seconds(since)
    const graphs = generatorGraphs(publishedSettings[size], weights)
    weights.clear()
    const loaded = await Promise.all(graphs.splice(0).map((graph) => engine.load(graph)))
    const took = seconds(since)
    generatorSessions(loaded)
    await engine.dispose()
    return `${took} (of these ${read} reading), ${peak()}`
  },
}

export async function bench(): Promise<void> {
  const [, size = 'mini', precision = 'int8', noise, part, folder] = process.argv.slice(2)
  if (part !== undefined) {
    console.log(`${part} ${size} in ${precision}: ${await parts[part]!(folder!, size as Size, precision as Precision)}`)
    return
  }
  const place = mkdtempSync(join(tmpdir(), 'neuf-convert-'))
  try {
    const published = join(place, 'flax_model.msgpack')
    const weights = writePublished(published, publishedSettings[size as Size], noise === 'noise')
    console.log(
      `${size}: ${weights} weights, ${statSync(published).size} bytes, ${noise === 'noise' ? 'noise' : 'zeros'}`,
    )
    for (const each of Object.keys(parts)) {
      if (each === 'load') rmSync(published)
      const args = [...process.execArgv, process.argv[1]!, 'convert', size, precision, noise ?? 'sparse', each, place]
      spawnSync(process.execPath, args, { stdio: 'inherit' })
    }
    for (const name of readdirSync(join(place, 'model'))) console.log(name, statSync(join(place, 'model', name)).size)
  } finally {
    rmSync(place, { recursive: true })
  }
}
