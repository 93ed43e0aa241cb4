/**
 * Gives a model the index of the drawings it was trained on, by which `neuf credits` finds what a picture looks like:
 * `node tools/add-drawing-index.ts MODEL-FOLDER ART-FOLDER OUT-FOLDER`. Weights stay as they are, byte for byte; the
 * model's sha256 is another one afterwards, since `model.json` names one file more. OUT may be the model's own folder.
 */
import { encodeIndex, indexFile } from '../src/credits/drawing-index.ts'
import { makeIndex } from '../src/credits/make-index.ts'
import { trainedOn } from '../src/evaluate/trained-on.ts'
import { addFile } from '../src/models/add-file.ts'
import { openModel } from '../src/models/model-folder.ts'

const [folder, art, out] = process.argv.slice(2)
if (folder === undefined || art === undefined || out === undefined) {
  console.error('node tools/add-drawing-index.ts MODEL-FOLDER ART-FOLDER OUT-FOLDER')
  process.exitCode = 2
} else {
  const known = await trainedOn(await openModel(folder))
  if (known === undefined) throw new Error(`${folder} has no corpus.json that says what it was trained on`)
  const looks = await makeIndex({ folder: art, ...known.sample })
  const packed = encodeIndex(looks)
  const sha256 = await addFile(folder, out, indexFile, packed)
  console.log(`${indexFile}: ${looks.drawings.length} drawings, ${looks.looks.length} looks, ${packed.length} bytes`)
  console.log(`the model in ${out} is ${sha256}`)
}
