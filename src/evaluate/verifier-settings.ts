/** Reads what `verifier.json` says of the network, and refuses what this neuf could not look with. */
import { concepts } from '../corpus/concepts.ts'
import type { NeufError } from '../errors/errors.ts'
import { thingAspects, wholeAspects } from '../networks/detector.ts'
import { classCounts, type DetectorClasses, detectorClasses } from './detector-classes.ts'
import { broken, namingClasses, natural, none } from './naming-classes.ts'
import { defaultBars, type VerifierNetwork } from './verifier-network.ts'

type Loose = Record<string, unknown>
type Wrong = (why: string) => NeufError

/** What a field must be, each naming the field where it is not. */
export const fields = (wrong: Wrong) => ({
  object(value: unknown, field: string): Loose {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Loose
    throw wrong(`the field ${field} must be an object`)
  },
  whole(value: unknown, field: string, largest: number): number {
    if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= largest) return value as number
    throw wrong(`the field ${field} must be a whole number from 1 to ${largest}`)
  },
  names(value: unknown, field: string, last?: string): string[] {
    const sound = Array.isArray(value) && value.length <= 10_000 && value.every((one) => typeof one === 'string')
    const ended = sound && (last === undefined || value.at(-1) === last)
    if (ended && new Set(value).size === value.length) return value as string[]
    throw wrong(
      `the field ${field} must be a list of different names${last === undefined ? '' : ` that ends with "${last}"`}`,
    )
  },
})

/** @param json the root of `verifier.json` */
export function readNetwork(json: Loose, wrong: Wrong): VerifierNetwork {
  const check = fields(wrong)
  const given = check.object(json.settings, 'settings')
  const list = check.object(json.classes, 'classes')
  const side = check.whole(given.side, 'settings.side', 1024)
  if (json.kind === 'detecting') {
    const classes = readDetectorClasses(list, wrong)
    const [finder, namer] = [check.object(given.finder, 'settings.finder'), check.object(given.namer, 'settings.namer')]
    const cut = check.whole(namer.side, 'settings.namer.side', 1024)
    const settings = {
      side,
      finder: {
        ...readLooking(finder, 'settings.finder', side, wrong),
        whole: check.whole(finder.whole, 'settings.finder.whole', 4096),
      },
      namer: {
        side: cut,
        ...readLooking(namer, 'settings.namer', cut, wrong),
        hidden: check.whole(namer.hidden, 'settings.namer.hidden', 4096),
      },
      ...classCounts(classes),
    }
    return { kind: 'detecting', settings, classes, bars: readBars(json.bars, wrong) }
  }
  const body = {
    side,
    ...readLooking(given, 'settings', side, wrong),
    hidden: check.whole(given.hidden, 'settings.hidden', 4096),
  }
  const classes = {
    objects: check.names(list.objects, 'classes.objects', broken),
    colours: check.names(list.colours, 'classes.colours', natural),
    materials: check.names(list.materials, 'classes.materials', none),
  }
  const expected = namingClasses(knownConcepts(classes.objects.slice(0, -1), wrong))
  if (classes.colours.join() !== expected.colours.join()) throw wrong('its colours are others than those of this neuf')
  if (classes.materials.join() !== expected.materials.join())
    throw wrong('its materials are others than those of this neuf')
  const { objects, colours, materials } = classes
  const counts = { objects: objects.length, colours: colours.length, materials: materials.length }
  return { kind: 'naming', settings: { ...body, ...counts }, classes }
}

/** How a part of a network looks at pictures of `side` x `side`. */
function readLooking(given: Loose, field: string, side: number, wrong: Wrong) {
  const check = fields(wrong)
  const { stages } = given
  if (!Array.isArray(stages) || stages.length < 1 || stages.length > 8)
    throw wrong(`the field ${field}.stages must be a list`)
  const cell = check.whole(given.cell, `${field}.cell`, 64)
  if (side % (cell * 2 ** stages.length) !== 0) throw wrong(`its ${field}.stages do not divide its side`)
  return {
    cell,
    stem: check.whole(given.stem, `${field}.stem`, 4096),
    stages: stages.map((stage, i) => {
      const at = `${field}.stages.${i}`
      const { width, blocks } = check.object(stage, at)
      return { width: check.whole(width, `${at}.width`, 4096), blocks: check.whole(blocks, `${at}.blocks`, 64) }
    }),
  }
}

function readBars(given: unknown, wrong: Wrong) {
  const { present, counted } = fields(wrong).object(given ?? defaultBars, 'bars')
  const share = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1
  if (!share(present) || !share(counted)) throw wrong('the fields of bars must be numbers from 0 to 1')
  return { present, counted }
}

/** What the program looks for must be what the verifier was taught, class for class. */
function readDetectorClasses(list: Loose, wrong: Wrong): DetectorClasses {
  const check = fields(wrong)
  const [things, picture] = [check.object(list.things, 'classes.things'), check.object(list.picture, 'classes.picture')]
  const named = knownConcepts(check.names(things.concept, 'classes.things.concept'), wrong)
  const expected = detectorClasses(named)
  const compare = (own: readonly string[], given: unknown, field: string): void => {
    if (check.names(given, field).join() !== own.join())
      throw wrong(`the field ${field} is other than that of this neuf`)
  }
  for (const aspect of thingAspects) compare(expected.things[aspect], things[aspect], `classes.things.${aspect}`)
  for (const aspect of wholeAspects) compare(expected.picture[aspect], picture[aspect], `classes.picture.${aspect}`)
  return expected
}

function knownConcepts(names: readonly string[], wrong: Wrong): readonly string[] {
  const known = new Set(concepts)
  const unknown = names.find((name) => !known.has(name))
  if (unknown !== undefined) throw wrong(`there is no concept "${unknown.slice(0, 60)}"`)
  return names
}
