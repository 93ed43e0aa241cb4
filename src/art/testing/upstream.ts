/** A server on this machine in the place of the public repositories, and a list of a few drawings of our own on it. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { artSets, type SetName } from '../sets.ts'
import type { SourcePicture } from '../source-list.ts'

/** The answer to a request; undefined answers with the file. */
export type Answer = (request: IncomingMessage, response: ServerResponse, times: number) => boolean | undefined

export type Upstream = {
  readonly base: URL
  readonly pictures: readonly SourcePicture[]
  /** Every path asked for, in order; and what the askers said they were. */
  readonly asked: string[]
  readonly agents: Set<string>
  /** How many requests were open at once, at most. */
  mostOpen(): number
  /** Changes the answer for paths that end so; `times` counts the requests of one path from 1. */
  answer(ending: string, answer: Answer): void
  file(picture: SourcePicture): Buffer
  close(): Promise<void>
}

/** A drawing of 36 x 36 units, transparent around a body of `colour`. */
export const drawing = (colour: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36" width="36" height="36">` +
  `<ellipse cx="18" cy="20" rx="16" ry="8" fill="${colour}"/></svg>`

/** Pictures by `set/codepoints concept`, each a drawing of its own. */
export async function startUpstream(names: readonly string[]): Promise<Upstream> {
  const files = new Map<string, Buffer>()
  const pictures = names.map((name, i): SourcePicture => {
    const [id = '', concept = ''] = name.split(' ')
    const [set, codepoints = ''] = id.split('/') as [SetName, string]
    const file = Buffer.from(drawing(`#${(0x100000 + i * 0x10101).toString(16)}`))
    // A space and an accent, as there are in one of the repositories.
    const path = `Piñata 3/${codepoints}.svg`
    const { repository, commit } = artSets[set]
    files.set(`/${repository}/${commit}/${path}`, file)
    const words = { name: concept, keywords: [concept, 'thing'] }
    return {
      set,
      path,
      bytes: file.length,
      sha256: createHash('sha256').update(file).digest('hex'),
      width: 192,
      height: 96,
      subject: {
        codepoints,
        group: 'Objects',
        subgroup: 'tool',
        concept,
        tone: null,
        presentation: null,
        role: null,
        en: words,
        fr: words,
      },
    }
  })
  const answers = new Map<string, Answer>()
  const times = new Map<string, number>()
  const asked: string[] = []
  const agents = new Set<string>()
  let open = 0
  let mostOpen = 0
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '')
    asked.push(path)
    agents.add(request.headers['user-agent'] ?? '')
    times.set(path, (times.get(path) ?? 0) + 1)
    mostOpen = Math.max(mostOpen, ++open)
    response.on('close', () => open--)
    // Held for a moment, so that what is asked at the same time is open at the same time.
    setTimeout(() => {
      const special = [...answers].find(([ending]) => path.endsWith(ending))?.[1]
      if (special?.(request, response, times.get(path)!)) return
      const file = files.get(path)
      response.writeHead(file ? 200 : 404).end(file ?? 'none')
    }, 5)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const base = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return {
    base,
    pictures,
    asked,
    agents,
    mostOpen: () => mostOpen,
    answer: (ending, answer) => answers.set(ending, answer),
    file: ({ set, path }) => files.get(`/${artSets[set].repository}/${artSets[set].commit}/${path}`)!,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
