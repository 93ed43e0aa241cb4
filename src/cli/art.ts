/** `neuf art`: the pictograms that scenes are composed of, from where they are public. */
import { join, resolve } from 'node:path'
import { fetchArt, publicBase } from '../art/fetch.ts'
import { isSetName, setNames } from '../art/sets.ts'
import { readSourceList, type SourcePicture } from '../art/source-list.ts'
import { verifyArt } from '../art/verify.ts'
import { setOfStyle } from '../corpus/art.ts'
import { entryOf, isDrawn } from '../corpus/concepts.ts'
import type { SampleSettings } from '../corpus/sample-settings.ts'
import type { Tone } from '../corpus/scene.ts'
import { readBase } from '../download/base-address.ts'
import { NeufError } from '../errors/errors.ts'
import { recipes } from '../train/recipes.ts'
import { fetchedArt } from './art-folder.ts'
import { type CommandGroup, type Context, defineCommand } from './command.ts'
import { version } from './main.ts'
import { type Progress, startProgress } from './progress.ts'
import { printable, say } from './say.ts'

const json = { kind: 'flag', help: 'Print one JSON object instead of text' } as const

const fetch = defineCommand({
  name: 'fetch',
  summary: 'make the art pack anew from its public repositories',
  usage: '',
  positionals: { least: 0, most: 0 },
  about:
    'Every file is checked against the SHA-256 that neuf knows before it is used. A stopped call goes on where it ' +
    'was: call it again. The whole is 9,736 files, 129 MB to fetch; what the tiny model learned from is about a tenth.\n' +
    'NEUF_ART_MIRROR names the mirror where --mirror does not. Behind a proxy: NODE_USE_ENV_PROXY=1 HTTPS_PROXY=...',
  options: {
    out: { kind: 'text', value: 'FOLDER', default: fetchedArt, help: 'The folder to write' },
    only: { kind: 'texts', value: 'SET', help: `One set only: ${setNames.join(', ')}` },
    recipe: {
      kind: 'choice',
      choices: Object.keys(recipes),
      help: 'Only what this recipe draws; all pictures unless given',
    },
    connections: { kind: 'integer', value: 'N', least: 1, most: 32, default: 8, help: 'Files fetched at a time' },
    mirror: {
      kind: 'text',
      value: 'URL',
      help: `Where there are OWNER/REPOSITORY/COMMIT/PATH; ${publicBase} unless given`,
    },
    json,
  },
  async run(context, options) {
    const folder = resolve(context.folder, options.out)
    const sets = options.only.map((name) => {
      if (isSetName(name)) return name
      throw new NeufError('option-value', { option: '--only', value: name, expected: `one of ${setNames.join(', ')}` })
    })
    const base = baseFor(options.mirror, context)
    const pictures = await readSourceList()
    const recipe = options.recipe === undefined ? undefined : recipes[options.recipe]!
    const drawn = recipe && picturesDrawn(recipe.corpus.sample, pictures)
    const wanted = (picture: SourcePicture): boolean =>
      (sets.length === 0 || sets.includes(picture.set)) && (drawn?.has(picture) ?? true)
    if (!pictures.some(wanted)) {
      const expected = `one of ${recipe!.corpus.sample.styles.map((style) => setOfStyle[style]).join(', ')} with this recipe`
      throw new NeufError('option-value', { option: '--only', value: options.only.join(', '), expected })
    }
    const bar = artProgress(context, 'Fetching the art')
    const report = await fetchArt({
      folder,
      pictures,
      wanted,
      base,
      connections: options.connections,
      userAgent: `neuf/${version()} (neuf art fetch)`,
      signal: context.signal,
      onProgress: bar.update,
    }).finally(bar.end)
    const { faults, reshaped, ...counts } = report
    for (const fault of faults) context.err.write(say(fault, false).text)
    if (reshaped.length > 0) {
      context.err.write(
        `neuf: ${reshaped.length} pictures have another shape than those that the shipped model was made of, ` +
          `for example ${join(folder, `${reshaped[0]}.webp`)}. Have a look at them.\n`,
      )
    }
    if (options.json) {
      const told = faults.map(({ code, message }) => ({ code, message }))
      context.out.write(`${JSON.stringify({ folder, ...counts, faults: told, reshaped })}\n`)
    } else {
      const missing = faults.length === 0 ? '' : `; ${faults.length} could not be had`
      context.out.write(`${counts.there} pictures in ${printable(folder)}, ${counts.fetched} of them new${missing}\n`)
    }
    return faults.length === 0 ? 0 : 1
  },
})

const verify = defineCommand({
  name: 'verify',
  summary: 'check every picture of an art pack',
  usage: 'FOLDER',
  positionals: { least: 1, most: 1 },
  about:
    'Says how many pictures of each set there are; fewer than all is no fault. Exit status 1 when anything is wrong.',
  options: { json },
  async run(context, options, [given]) {
    const folder = resolve(context.folder, given!)
    const bar = artProgress(context, 'Checking')
    const settings = { folder, signal: context.signal, onProgress: bar.update }
    const { sets, findings } = await verifyArt({ ...settings, pictures: await readSourceList() }).finally(bar.end)
    const sound = findings.length === 0
    if (options.json) context.out.write(`${JSON.stringify({ folder, sound, sets, findings })}\n`)
    else {
      for (const finding of findings) context.out.write(`${printable(finding)}\n`)
      for (const set of setNames) context.out.write(`${set.padEnd(10)}  ${sets[set].there} of ${sets[set].of}\n`)
      context.out.write(`${printable(folder)}: ${sound ? 'sound' : `${findings.length} faults`}\n`)
    }
    return sound ? 0 : 1
  },
})

function baseFor(mirror: string | undefined, context: Context): URL {
  const named = context.environment.NEUF_ART_MIRROR ?? ''
  if (mirror === undefined && named !== '') return readBase(named, 'NEUF_ART_MIRROR')
  return readBase(mirror ?? publicBase, '--mirror')
}

/**
 * What scenes of these settings are drawn of, as `readArt` reads it: of each concept and style the first picture without a skin
 * tone, and of people all in the presentations and tones that come at all.
 */
export function picturesDrawn(
  { concepts, styles, people }: SampleSettings,
  pictures: readonly SourcePicture[],
): ReadonlySet<SourcePicture> {
  const styleOfSet = new Map(styles.map((style) => [setOfStyle[style], style]))
  const wanted = new Set(concepts)
  const plain = new Map<string, SourcePicture>()
  const drawn = new Set<SourcePicture>()
  for (const picture of pictures) {
    const { concept, presentation, tone } = picture.subject
    const style = styleOfSet.get(picture.set)
    if (style === undefined || !wanted.has(concept) || !isDrawn(concept, style)) continue
    const { presentations, tones } = entryOf(concept)
    const shown = !presentations || presentation === null || people.presentations[presentation] > 0
    if ((presentations || tones) && shown && people.tones[(tone ?? 'unmarked') as Tone | 'unmarked'] > 0)
      drawn.add(picture)
    const key = `${picture.set}/${concept}`
    if (tone === null && !plain.has(key)) plain.set(key, picture)
  }
  return new Set([...plain.values(), ...drawn])
}

/** A bar that starts with what was there. */
function artProgress(context: Context, what: string) {
  let bar: Progress | undefined
  return {
    update: (done: number, total: number): void => {
      bar ??= startProgress(context, { what, total, already: done })
      bar.update(done)
    },
    end: (): void => bar?.end(),
  }
}

export const command: CommandGroup = {
  name: 'art',
  summary: 'fetch the pictograms that scenes are composed of, and check them',
  commands: [fetch, verify],
}
