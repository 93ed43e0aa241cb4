/** Writes a model once more with one file added or replaced; every other byte stays as it is. */
import { join, resolve } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { atomicWriteAll, makeFolder } from '../storage/atomic-write.ts'
import { boundedRead } from '../storage/bounded-read.ts'
import { openModel } from './model-folder.ts'
import { filesOf, parseModelJson } from './model-json.ts'
import { sha256 } from './verified-file.ts'

const maximumDescription = 2 ** 20

/**
 * Copies the model in `folder` into `out` with the file `name`; where both are one folder, only the file and
 * `model.json` are written, `model.json` last. A card that is missing stays missing.
 * @returns the sha256 of the model as it is now
 * @throws NeufError `model-broken`, `file-missing`, `file-unwritable`
 */
export async function addFile(folder: string, out: string, name: string, bytes: Uint8Array): Promise<string> {
  const model = await openModel(folder)
  const path = join(folder, 'model.json')
  const text = await boundedRead(path, maximumDescription)
  if (text === undefined) throw new NeufError('model-broken', { path, why: `it is over ${maximumDescription} bytes` })
  const json = JSON.parse(new TextDecoder().decode(text))
  const entry = { bytes: bytes.length, sha256: sha256(bytes) }
  const changed = `${JSON.stringify({ ...json, files: { ...json.files, [name]: entry } }, undefined, 2)}\n`
  // What could not be read again is not written: a name that leads elsewhere or is a network's.
  parseModelJson(changed, path)
  const contents: [string, Uint8Array | string][] = []
  if (resolve(out) !== resolve(folder)) {
    for (const other of filesOf(model.json).keys()) {
      if (other === name) continue
      const content = await model.file(other).catch((error: unknown) => {
        if (other === 'CARD.md' && error instanceof NeufError && error.code === 'file-missing') return undefined
        throw error
      })
      if (content !== undefined) contents.push([other, content])
    }
  }
  contents.push([name, bytes], ['model.json', changed])
  await makeFolder(out)
  await atomicWriteAll(contents.map(([file, content]) => [join(out, file), content]))
  return sha256(new TextEncoder().encode(changed))
}
