/** Pictures of a tar archive as WebDataset has them: `000012.jpg` beside `000012.txt` or `000012.json`. */
import { captionsOfJson, captionsOfText, merged } from './captions.ts'
import type { Found, FoundCaptions } from './item.ts'
import { captionEnding, pictureEnding, splitEnding } from './kinds.ts'
import { limits } from './limits.ts'
import { type Refusal, Refused } from './refusal.ts'
import { safeName } from './safe-name.ts'
import { type Member, tarMembers } from './tar.ts'

/**
 * The archive is read twice: captions first, wherever they stand, then picture after picture, so that memory holds the
 * captions and one picture. A picture is named `shard.tar/000012.jpg`. Throws Refused for what ends the archive.
 */
export async function* archivePictures(path: string, source: string): AsyncGenerator<Found> {
  const refusals: Refusal[] = []
  const captions = await readCaptions(path, source, refusals)
  for (const refusal of refusals) yield { refusal }
  const seen = new Set<string>()
  for await (const member of tarMembers(path)) {
    try {
      const name = checkedName(member, pictureEnding)
      if (name === undefined) continue
      const { stem } = splitEnding(name)
      if (seen.has(stem)) throw new Refused('same-name')
      seen.add(stem)
      if (member.size > limits.pictureBytes) throw tooLarge(member, limits.pictureBytes)
      const bytes = await member.read()
      const found = captions.get(stem) ?? []
      yield { item: { source: `${source}/${name}`, captions: merged(found), bytes: async () => bytes } }
    } catch (error) {
      if (!(error instanceof Refused) || endsArchive(error)) throw error
      yield { refusal: error.of(`${source}/${member.name}`) }
    }
  }
  for (const stem of captions.keys()) {
    if (!seen.has(stem)) yield { refusal: new Refused('no-pictures').of(`${source}/${stem}`) }
  }
}

const endsArchive = ({ reason }: Refused): boolean => reason === 'bad-archive' || reason === 'bomb'

/** Captions by the name without its ending. What is wrong with one goes to `refusals`. */
async function readCaptions(path: string, source: string, refusals: Refusal[]): Promise<Map<string, FoundCaptions[]>> {
  const captions = new Map<string, FoundCaptions[]>()
  const seen = new Set<string>()
  let held = 0
  try {
    for await (const member of tarMembers(path)) {
      try {
        const name = checkedName(member, captionEnding)
        if (name === undefined) continue
        if (seen.has(name)) throw new Refused('same-name')
        seen.add(name)
        if (member.size > limits.textBytes) throw tooLarge(member, limits.textBytes)
        held += member.size
        if (held > limits.archiveTextBytes) throw new Refused('bad-archive', 'its captions are too many to hold')
        const { stem, ending, language } = splitEnding(name)
        const bytes = await member.read()
        const found = ending === 'json' ? captionsOfJson(bytes) : captionsOfText(bytes, language)
        captions.set(stem, [...(captions.get(stem) ?? []), found])
      } catch (error) {
        if (!(error instanceof Refused) || endsArchive(error)) throw error
        refusals.push(error.of(`${source}/${member.name}`))
      }
    }
  } catch (error) {
    // Pictures before the damage are sound; reading them comes to the same place and tells of it.
    if (!(error instanceof Refused)) throw error
  }
  return captions
}

/** The member's name where it is one of the wanted files. @throws Refused `unsafe-name`, `link`, `not-a-file` */
function checkedName({ name, kind }: Member, wanted: RegExp): string | undefined {
  if (kind === 'folder' || !wanted.test(name)) return undefined
  const safe = safeName(name)
  if (kind === 'link') throw new Refused('link')
  if (kind === 'other') throw new Refused('not-a-file')
  return safe
}

const tooLarge = ({ size }: Member, most: number): Refused =>
  new Refused('too-many-bytes', `${size} bytes, ${most} are the most`)
