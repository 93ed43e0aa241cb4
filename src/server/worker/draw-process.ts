/**
 * The process that draws, and does nothing else: no port, no database, no folder but the models'. It can be killed at any
 * moment; what it had not told yet is drawn again.
 */
import { NeufError } from '../../errors/errors.ts'
import { type OpenModel, openFamily } from '../../families/open.ts'
import type { KeptTokens } from '../../generate/contracts.ts'
import { type ChosenCandidate, generate, type JudgedCandidate } from '../../generate/generate.ts'
import { type RecordSource, recordOf } from '../../generate/recipe.ts'
import type { UnfinishedPicture } from '../../generate/unfinished.ts'
import { decodePicture, encodePng, previewOf } from '../../image/codec.ts'
import { writeRecipe } from '../../image/recipe-metadata.ts'
import { encodeSheet } from '../../image/sheet-file.ts'
import { openModel } from '../../models/model-folder.ts'
import { createNodeEngines } from '../../runtime/node/engines.ts'
import type { Redraw } from '../redraw.ts'
import type { DrawAnswer, DrawEvent, DrawOrder, DrawTask, Opened, Picture, Preview, SentFault } from './messages.ts'

/** At most so many a second: a bar needs no more. */
const millisecondsBetweenProgress = 250

/** Of the time in which places are empty; making files of the pictures comes on top (what it all costs: docs/server.md). */
const shareOfUnfinished = 0.07
/** A notice holds 8000 bytes, these as base64 among them (`notify`). */
const mostBytesOfPreview = 5500

const models = new Map<string, OpenModel>()
const stops = new Map<number, AbortController>()
/** The first who wants something drawn ends it. */
const warming = new AbortController()

function send(answer: DrawAnswer): void {
  // Whoever asked may be gone; then this process ends, too.
  process.send?.(answer, undefined, {}, () => undefined)
}

async function open({ folders, threads, device }: Extract<DrawOrder, { kind: 'open' }>): Promise<Opened> {
  const engines = createNodeEngines({ ...(threads !== undefined && { threads }), ...(device && { device }) })
  for (const folder of folders) {
    const model = await openFamily(await openModel(folder), ...engines)
    models.set(model.sha256, model)
  }
  return { engine: engines[0].fingerprint, models: [...models.keys()] }
}

/** Its picture as image tokens; the same picture gives the same ones on an engine with the same fingerprint. */
async function keptOf({ source, kept }: Redraw, model: OpenModel): Promise<KeptTokens> {
  if ('tokens' in source) return { tokens: source.tokens, kept }
  const [tokens] = await model.encode([await decodePicture(source.png, { alpha: 'keep' })])
  return { tokens: tokens!, kept }
}

async function previewsOf(pictures: readonly UnfinishedPicture[]): Promise<Preview[]> {
  const previews = pictures.map(async ({ index, drawn, picture }) => {
    const webp = await previewOf(picture, mostBytesOfPreview)
    return webp === undefined ? [] : [{ index, drawn, webp }]
  })
  return (await Promise.all(previews)).flat()
}

async function draw(
  { model: sha256, request, redraw, drawn, refused, pictured, atOnce }: DrawTask,
  signal: AbortSignal,
  tell: (event: DrawEvent) => void,
): Promise<void> {
  const model = models.get(sha256)
  if (model === undefined) throw new NeufError('model-missing', { name: sha256, looked: [], known: [] })
  const made = new Set(pictured)
  const landed: JudgedCandidate[] = []
  let source: RecordSource | undefined
  let told = Number.NEGATIVE_INFINITY

  const newPictures = (chosen: readonly ChosenCandidate[]): Picture[] => {
    const fresh = chosen.filter(({ index }) => !made.has(index))
    for (const { index } of fresh) made.add(index)
    return fresh.map((one) => [one.index, writeRecipe(encodePng(one.picture), recordOf(source!, one))] as const)
  }
  const ranked = (chosen: readonly ChosenCandidate[]) =>
    chosen.map(({ index, score }, i) => ({ index, rank: i + 1, ...score }))

  const keep = redraw === undefined ? {} : { keep: await keptOf(redraw, model) }
  const options = { signal, drawn, withheld: refused, atOnce, showBest: true, showUnfinished: shareOfUnfinished }
  for await (const event of generate({ ...request, ...keep }, model, options)) {
    if (event.kind === 'prompt') {
      const { seed, sampling, candidates } = request
      const { prompt, normalisedPrompt } = event.prompt
      const { name, engine } = model
      const from = { model: { name, sha256 }, engine, prompt, normalisedPrompt }
      source = { ...from, seed, sampling, ...keep, candidates: { length: candidates } }
      tell({ kind: 'prompt', reading: event.prompt })
    } else if (event.kind === 'progress') {
      const now = performance.now()
      if (now - told < millisecondsBetweenProgress) continue
      told = now
      tell({ kind: 'progress', done: event.done, total: event.total })
    } else if (event.kind === 'unfinished') tell({ kind: 'unfinished', previews: await previewsOf(event.pictures) })
    else if (event.kind === 'scored') landed.push(event.candidate)
    else if (event.kind === 'best') {
      tell({
        kind: 'landed',
        candidates: landed.splice(0),
        best: ranked(event.chosen),
        pictures: newPictures(event.chosen),
      })
    } else if (event.kind === 'result') {
      const { chosen } = event.result
      const pictures = chosen.map(({ picture }) => picture)
      const records = chosen.map((one) => recordOf(source!, one))
      const sheet = chosen.length === 0 ? null : encodeSheet(pictures, records)
      tell({ kind: 'done', best: ranked(chosen), pictures: newPictures(chosen), sheet })
    }
  }
}

/**
 * Draws a part of a few candidates for nobody, on all engines: much is made ready only when it is first used, and the first
 * who asks would wait for it.
 */
async function warmUp(model: OpenModel): Promise<void> {
  const request = { prompt: 'a picture', seed: 0, count: 4, candidates: 4 }
  for await (const event of generate(request, model, { signal: warming.signal, showUnfinished: 1 })) {
    if (event.kind === 'unfinished') return void (await previewsOf(event.pictures))
  }
}

function sentFault(thrown: unknown): SentFault {
  if (thrown instanceof NeufError) {
    const { code, details }: NeufError = thrown
    return { code, details }
  }
  const cause = thrown instanceof Error && thrown.name === 'AbortError' ? thrown.cause : undefined
  if (cause instanceof NeufError) return sentFault(cause)
  const why = thrown instanceof Error ? thrown.message : String(thrown)
  return { code: 'engine', details: { what: 'drawing', why } }
}

process.on('message', async (order: DrawOrder) => {
  if (order.kind === 'stop') return stops.get(order.id)?.abort(new NeufError('cancelled', { what: 'as you asked' }))
  if (order.kind === 'open') {
    try {
      send({ kind: 'opened', ...(await open(order)) })
    } catch (error) {
      return send({ kind: 'not-opened', fault: sentFault(error) })
    }
    const [usual] = models.values()
    // What goes wrong here will go wrong for who asks, and be told then.
    if (usual !== undefined) await warmUp(usual).catch(() => undefined)
    return
  }
  warming.abort()
  const { id, task } = order
  const stop = new AbortController()
  stops.set(id, stop)
  let fault: SentFault | null = null
  try {
    await draw(task, stop.signal, (event) => send({ kind: 'event', id, event }))
  } catch (error) {
    fault = sentFault(error)
  }
  stops.delete(id)
  send({ kind: 'ended', id, fault })
})

// A terminal sends Ctrl-C to all of its processes; when this one ends is for its parent to say.
process.on('SIGINT', () => undefined)
process.on('disconnect', () => process.exit(0))
