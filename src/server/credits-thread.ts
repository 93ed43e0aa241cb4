/** The thread that compares pictures with drawings, one after the other; a model's index is read once. */
import { parentPort } from 'node:worker_threads'
import { openCredits } from '../credits/credits-of.ts'
import { readDrawingIndex } from '../credits/drawing-index.ts'
import { NeufError } from '../errors/errors.ts'
import { decodePicture } from '../image/codec.ts'
import { openModel } from '../models/model-folder.ts'
import type { CreditsAnswer, CreditsQuestion } from './credits.ts'

type CreditsOf = Awaited<ReturnType<typeof openCredits>>

const opened = new Map<string, Promise<CreditsOf | undefined>>()

async function open(folder: string): Promise<CreditsOf | undefined> {
  const index = await readDrawingIndex(await openModel(folder))
  return index === undefined ? undefined : openCredits(index)
}

function openOnce(folder: string): Promise<CreditsOf | undefined> {
  const known = opened.get(folder)
  if (known !== undefined) return known
  const opening = open(folder)
  opened.set(folder, opening)
  // What failed may succeed another time.
  opening.catch(() => opened.delete(folder))
  return opening
}

parentPort!.on('message', async ({ id, folder, picture }: CreditsQuestion) => {
  const answer = async (): Promise<CreditsAnswer> => {
    try {
      const creditsOf = await openOnce(folder)
      return { id, credits: creditsOf?.(await decodePicture(picture, { alpha: 'keep' })) }
    } catch (error) {
      if (error instanceof NeufError) {
        const { code, details }: NeufError = error
        return { id, fault: { code, details } }
      }
      const why = error instanceof Error ? error.message : String(error)
      return { id, fault: { code: 'engine', details: { what: 'comparing drawings', why } } }
    }
  }
  parentPort!.postMessage(await answer())
})
