/** The thread that looks at pictures; a model's index of drawings is read once. */
import { parentPort } from 'node:worker_threads'
import { openCredits } from '../credits/credits-of.ts'
import { readDrawingIndex } from '../credits/drawing-index.ts'
import { NeufError } from '../errors/errors.ts'
import { decodePicture, stickerOf } from '../image/codec.ts'
import { openModel } from '../models/model-folder.ts'
import type { PictureAnswer, PictureQuestion, PictureTask } from './picture-work.ts'

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

async function make(task: PictureTask): Promise<unknown> {
  if (task.kind === 'sticker') return stickerOf(task.picture)
  const creditsOf = await openOnce(task.folder)
  return creditsOf?.(await decodePicture(task.picture, { alpha: 'keep' }))
}

async function answerTo({ id, task }: PictureQuestion): Promise<PictureAnswer> {
  try {
    return { id, made: await make(task) }
  } catch (error) {
    if (error instanceof NeufError) {
      const { code, details }: NeufError = error
      return { id, fault: { code, details } }
    }
    const why = error instanceof Error ? error.message : String(error)
    return { id, fault: { code: 'engine', details: { what: 'looking at a picture', why } } }
  }
}

parentPort!.on('message', async (question: PictureQuestion) => parentPort!.postMessage(await answerTo(question)))
