/** What an OpenAPI document says can be asked, and what answers before have told: what requests are made of. */
import type { Random } from './random.ts'
import { badTexts, type Schema } from './values.ts'

type Content = Readonly<Record<string, { readonly schema?: Schema }>>

export type Operation = {
  readonly method: string
  /** With parameters in braces. */
  readonly path: string
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema?: Schema }[]
  /** Schemas of bodies by their type. */
  readonly bodies: readonly (readonly [type: string, schema: Schema])[]
  /** Schemas of JSON answers by their status; undefined for one that is declared without. */
  readonly answers: ReadonlyMap<number, Schema | undefined>
}

export type ApiDocument = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

type RawOperation = {
  readonly parameters?: Operation['parameters']
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}

export function operationsOf({ paths }: ApiDocument): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody, responses }]) => ({
      method: method.toUpperCase(),
      path,
      parameters,
      bodies: Object.entries(requestBody?.content ?? {}).map(([type, { schema = {} }]) => [type, schema] as const),
      answers: new Map(
        Object.entries(responses).map(([status, { content }]) => [
          Number(status),
          content?.['application/json']?.schema,
        ]),
      ),
    })),
  )
}

/** Texts and addresses out of answers, by the name that they had there or have in a path. */
export type Pool = {
  /** Takes in a JSON answer. */
  learn(answer: unknown): void
  /** What a path names is not there any more. */
  forget(path: string): void
  /** One of that name, empty where none is known; unless in earnest, now and then of another name, or one that nobody gave. */
  text(random: Random, name: string, earnest: boolean): string
  /** The path of something that there was; undefined where none was met yet. */
  link(random: Random): string | undefined
}

/** The newest of each name are kept. */
const mostOfName = 40

export function createPool(operations: readonly Operation[]): Pool {
  const texts = new Map<string, string[]>([['prompt', ['a red kangaroo', 'un chat rouge', '🦘🧀']]])
  const links: string[] = []
  const shapes = operations
    .filter(({ path }) => path.includes('{'))
    .map(({ path }) => new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/?]+)')}$`))
  const keep = (list: string[], text: string) => {
    if (list.includes(text)) return
    list.push(text)
    if (list.length > mostOfName) list.shift()
  }
  const named = (name: string) => {
    const list = texts.get(name) ?? []
    texts.set(name, list)
    return list
  }
  const parametersIn = (path: string) => shapes.flatMap((shape) => Object.entries(shape.exec(path)?.groups ?? {}))
  function learn(answer: unknown, name = ''): void {
    if (Array.isArray(answer)) for (const each of answer.slice(0, 20)) learn(each, name)
    else if (typeof answer === 'object' && answer !== null) {
      for (const [property, each] of Object.entries(answer)) learn(each, property)
    } else if (typeof answer === 'string' && answer.length <= 200) {
      const link = /^(?:https?:\/\/[^/]+)?(\/[\w./?=,&%-]+)$/.exec(answer)?.[1]
      keep(link === undefined ? named(name) : links, link ?? answer)
      for (const [parameter, value] of link === undefined ? [] : parametersIn(link)) keep(named(parameter), value)
    }
  }
  const drop = (list: string[], gone: (text: string) => boolean) => {
    for (let i = list.length - 1; i >= 0; i--) if (gone(list[i]!)) list.splice(i, 1)
  }
  return {
    learn,
    forget(path) {
      for (const [parameter, value] of parametersIn(path)) drop(named(parameter), (text) => text === value)
      drop(links, (link) => link.startsWith(path))
    },
    text(random, name, earnest) {
      const list =
        !earnest && random.once(6)
          ? random.pick([...texts.values(), badTexts])
          : (texts.get(name) ?? (earnest ? [] : badTexts))
      return list.length === 0 ? '' : random.pick(list)
    },
    link: (random) => (links.length === 0 ? undefined : random.pick(links)),
  }
}
