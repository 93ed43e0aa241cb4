/**
 * Draws prompts of the suite for a person to judge, where no verifier can: `node tools/suite-sheets.ts [FOLDER] [MODEL]`
 * (out/suite-sheets and the model that draws by default, unless told). A sheet shows ten prompts, one a row: the first four
 * candidates of 32, then the four that were marked best. Standard output says which row is which prompt. The same model gives the
 * same sheets.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kindsOf, suite } from '../src/evaluate/suite.ts'
import { trainedOn } from '../src/evaluate/trained-on.ts'
import { openFamily } from '../src/families/open.ts'
import { generateResult } from '../src/generate/generate.ts'
import { encodePng } from '../src/image/codec.ts'
import { composeSheet } from '../src/image/sheet.ts'
import { defaultModel, findModel } from '../src/models/find-model.ts'
import { openModel } from '../src/models/model-folder.ts'
import { createNodeEngines } from '../src/runtime/node/engines.ts'

const [folder = 'out/suite-sheets', name = defaultModel] = process.argv.slice(2)
const rowsOfSheet = 10
const shownOfPrompt = 4
const asked = { prompts: 10, seed: 20_261_126, languages: ['en'] } as const
/** Kinds whose pictures a person can judge at a glance. */
const judged = /^(single|people|colour-.*|material-.*|two-seen|count-seen)$/

const model = await openModel(await findModel(name, { environment: process.env, folder: process.cwd() }))
const learned = await trainedOn(model)
if (learned === undefined) throw new Error(`${name} does not say what scenes it learned from`)
const { sample } = learned
const prompts = suite({ ...asked, sample, kinds: kindsOf(sample).filter((kind) => judged.test(kind)) })
const engines = createNodeEngines()
try {
  const open = await openFamily(model, ...engines)
  mkdirSync(folder, { recursive: true })
  for (let start = 0; start < prompts.length; start += rowsOfSheet) {
    const file = `${start / rowsOfSheet}.png`
    const rows = []
    for (const [row, { kind, text: prompt }] of prompts.slice(start, start + rowsOfSheet).entries()) {
      const { chosen } = await generateResult({ prompt, seed: 1, candidates: 32, count: 32 }, open)
      const unranked = chosen.toSorted((a, b) => a.index - b.index)
      rows.push(...unranked.slice(0, shownOfPrompt), ...chosen.slice(0, shownOfPrompt))
      console.log(`${file}, row ${row + 1}: ${prompt} (${kind})`)
    }
    const pictures = rows.map(({ picture }) => picture)
    writeFileSync(join(folder, file), encodePng(composeSheet(pictures, { columns: 2 * shownOfPrompt })))
  }
} finally {
  await Promise.all(engines.map((engine) => engine.dispose()))
}
