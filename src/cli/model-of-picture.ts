/** The model that a picture's file names, if it is here. */
import { NeufError } from '../errors/errors.ts'
import { listModels } from '../models/find-model.ts'
import { openModel } from '../models/model-folder.ts'
import type { Context } from './command.ts'
import { printable } from './say.ts'

type Named = { readonly name: string; readonly sha256: string }

/** The folder of an installed model of this hash, whatever its name; else the name, if it is a plain one. */
export async function modelOf({ name, sha256 }: Named, context: Context): Promise<string> {
  for (const { folder, fault } of await listModels(context)) {
    if (fault === undefined && (await openModel(folder)).sha256 === sha256) return folder
  }
  // The name comes from a file: it must not lead to a folder somewhere else.
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) return name
  throw new NeufError('model-missing', { name: printable(name), looked: ['the models here'], known: [] })
}

/** Says on `err` that the model at hand is not the one that drew the picture. */
export function warnOfOtherModel(here: Named, wanted: Named, { err }: Pick<Context, 'err'>): void {
  if (here.sha256 === wanted.sha256) return
  err.write(
    `neuf: The model ${printable(here.name)} here is not the one that drew this (${here.sha256.slice(0, 12)} ` +
      `instead of ${wanted.sha256.slice(0, 12)}). [other-model]\n`,
  )
}
