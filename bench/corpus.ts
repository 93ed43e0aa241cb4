/**
 * How fast one thread samples, captions and draws the full corpus at 256 x 256. `npm run bench -- corpus [FOLDER]` takes the
 * art pack from FOLDER, ../shared/art unless given. Last line: JSON with `scenesPerSecond`, by the processor time that was used,
 * the garbage collector's too, so that other programs on the machine do not count.
 */
import { resolve } from 'node:path'
import { readArt } from '../src/corpus/art.ts'
import { captions } from '../src/corpus/captions.ts'
import { drawScene } from '../src/corpus/compose.ts'
import { sceneSeed } from '../src/corpus/random.ts'
import { fullSample, sampleScene } from '../src/corpus/sample.ts'

const side = 256
/** Before measuring: textures and backgrounds' tables are made, and the compiler has seen everything. */
const warmUp = 1200
const rounds = 5
const scenesPerRound = 400
const corpusSeed = 1

/** Seconds of processor time so far. */
const used = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

export async function bench(): Promise<void> {
  const folder = resolve(process.argv[3] ?? '../shared/art')
  const began = used()
  const art = await readArt({ folder, ...fullSample, side })
  const bytes = [...art.sprites.values()].reduce((sum, { rgba }) => sum + rgba.length, 0)
  const artMegabytes = Math.round(bytes / 1e6)
  console.log(
    `${art.sprites.size} sprites, ${artMegabytes} MB, read in ${(used() - began).toFixed(1)} s of processor time`,
  )

  const spent = { sample: 0, caption: 0, draw: 0, filtered: 0 }
  let filtered = 0
  const make = (index: number): void => {
    const seed = sceneSeed(corpusSeed, index)
    const start = performance.now()
    const scene = sampleScene(seed, fullSample)
    const sampled = performance.now()
    captions(scene, seed)
    const captioned = performance.now()
    drawScene(scene, seed, art, side, fullSample)
    const drawn = performance.now() - captioned
    spent.sample += sampled - start
    spent.caption += captioned - sampled
    if (scene.filter) {
      spent.filtered += drawn
      filtered++
    } else spent.draw += drawn
  }
  for (let k = 0; k < warmUp; k++) make(k)
  for (const part of Object.keys(spent) as (keyof typeof spent)[]) spent[part] = 0
  filtered = 0

  const rates: number[] = []
  const clock = performance.now()
  for (let round = 0; round < rounds; round++) {
    const start = used()
    for (let k = 0; k < scenesPerRound; k++) make(warmUp + round * scenesPerRound + k)
    rates.push(scenesPerRound / (used() - start))
    console.log(`round ${round + 1}: ${rates.at(-1)!.toFixed(0)} scenes a second`)
  }
  const seconds = (performance.now() - clock) / 1000
  const made = rounds * scenesPerRound
  const each = (milliseconds: number, count: number): number => Number((milliseconds / Math.max(1, count)).toFixed(3))
  const result = {
    scenesPerSecond: Math.round(rates.sort((a, b) => a - b)[rounds >> 1]!),
    side,
    byClock: Math.round(made / seconds),
    milliseconds: {
      sampling: each(spent.sample, made),
      captions: each(spent.caption, made),
      drawing: each(spent.draw, made - filtered),
      drawingFiltered: each(spent.filtered, filtered),
    },
    filteredShare: filtered / made,
    artMegabytes,
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  }
  console.log(JSON.stringify(result))
}
