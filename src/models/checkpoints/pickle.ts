/**
 * Pickle, protocol 2, as far as `torch.save` uses it (the opcodes of CPython's `pickletools`). A pickle is a program; this
 * machine runs the few instructions that put numbers, texts, lists and dictionaries together, imports nothing, and knows
 * of the functions that a program may name only those that it is given. Anything else is refused by its name.
 */
import { quoted } from '../../errors/quoted.ts'

/** `Made`: what the functions that a program may call make. */
export type PickleValue<Made> =
  | null
  | boolean
  | number
  | string
  | { readonly kind: 'list'; readonly items: PickleValue<Made>[] }
  | { readonly kind: 'tuple'; readonly items: PickleValue<Made>[] }
  | { readonly kind: 'dictionary'; readonly entries: Map<string | number, PickleValue<Made>> }
  /** Named by the program, and known: a function, or a class that is only a mark. */
  | { readonly kind: 'global'; readonly name: string }
  | { readonly kind: 'made'; readonly made: Made }

export type Globals<Made> = ReadonlyMap<string, ((values: readonly PickleValue<Made>[]) => PickleValue<Made>) | 'mark'>

export const pickleLimits = {
  /** A tensor is described in some 45 instructions: room for 10,000 of them. Each makes one value at most. */
  instructions: 2 ** 19,
  /** Of a whole number: eight hold any size. */
  numberBytes: 8,
} as const

/**
 * What the program leaves behind.
 * @param globals what it may name, as `module.name`: functions are called with the values it gives
 * @param persistent makes what a persistent id stands for (a storage)
 * @param wrong throws, given what is wrong and at which byte
 */
export function readPickle<Made>(
  bytes: Uint8Array,
  globals: Globals<Made>,
  persistent: (id: PickleValue<Made>) => PickleValue<Made>,
  wrong: (why: string) => never,
): PickleValue<Made> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const stack: PickleValue<Made>[] = []
  const marks: number[] = []
  const memo = new Map<number, PickleValue<Made>>()
  let at = 0
  let opcodeAt = 0
  const fail = (why: string): never => wrong(`${why} (at byte ${opcodeAt} of its pickle)`)
  const take = (count: number): number => {
    if (count > bytes.length - at) fail('it ends within an instruction')
    at += count
    return at - count
  }
  const text = (length: number, encoding: 'utf-8' | 'ascii' = 'utf-8'): string => {
    const from = take(length)
    try {
      return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes.subarray(from, from + length))
    } catch {
      return fail('a text is not UTF-8')
    }
  }
  const line = (): string => {
    const end = bytes.indexOf(0x0a, at)
    if (end < 0) fail('it ends within an instruction')
    const found = text(end - at)
    at++
    return found
  }
  /** What lies above the last mark; nothing below it can be reached before it is gone. */
  const floor = () => marks.at(-1) ?? 0
  const pop = (): PickleValue<Made> =>
    stack.length > floor() ? stack.pop()! : fail('it takes a value where there is none')
  const top = (): PickleValue<Made> =>
    stack.length > floor() ? stack.at(-1)! : fail('it takes a value where there is none')
  const sinceMark = (): PickleValue<Made>[] => {
    const mark = marks.pop()
    return mark === undefined ? fail('it takes values from a mark where there is none') : stack.splice(mark)
  }
  const tuple = (items: PickleValue<Made>[]) => stack.push({ kind: 'tuple', items })
  const append = (items: readonly PickleValue<Made>[]) => {
    const list = top()
    if (!isKind(list, 'list')) return fail('it appends to what is no list')
    for (const item of items) list.items.push(item)
  }
  const setItems = (items: readonly PickleValue<Made>[]) => {
    const dictionary = top()
    if (!isKind(dictionary, 'dictionary')) return fail('it sets an entry of what is no dictionary')
    if (items.length % 2 !== 0) fail('it sets a name without a value')
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i]!
      if (typeof key !== 'string' && typeof key !== 'number')
        return fail('a dictionary has a name that is neither text nor number')
      dictionary.entries.set(key, items[i + 1]!)
    }
  }
  const reduce = () => {
    const given = pop()
    const called = pop()
    if (!isKind(given, 'tuple')) return fail('it calls a function without a tuple of values')
    const known = isKind(called, 'global') ? globals.get(called.name) : undefined
    if (known === undefined || known === 'mark') return fail('it calls what is no function')
    stack.push(known(given.items))
  }
  const long = (length: number): number => {
    if (length > pickleLimits.numberBytes) fail(`a whole number of ${length} bytes is over the limit of 8`)
    let value = 0n
    const from = take(length)
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[from + i]!)
    const signed = Number(BigInt.asIntN(8 * length, value))
    return Number.isSafeInteger(signed) ? signed : fail(`a whole number of ${signed} is too large`)
  }
  const remember = (place: number) => memo.set(place, top())
  const recall = (place: number) =>
    stack.push(memo.has(place) ? memo.get(place)! : fail('it recalls what it never kept'))

  const instructions: Readonly<Record<number, () => unknown>> = {
    [code('(')]: () => marks.push(stack.length),
    [code('N')]: () => stack.push(null),
    136: () => stack.push(true),
    137: () => stack.push(false),
    [code('K')]: () => stack.push(bytes[take(1)]!),
    [code('M')]: () => stack.push(view.getUint16(take(2), true)),
    [code('J')]: () => stack.push(view.getInt32(take(4), true)),
    [code('G')]: () => stack.push(view.getFloat64(take(8))),
    138: () => stack.push(long(bytes[take(1)]!)),
    [code('X')]: () => stack.push(text(view.getUint32(take(4), true))),
    [code(')')]: () => tuple([]),
    [code('t')]: () => tuple(sinceMark()),
    133: () => tuple([pop()]),
    134: () => tuple([pop(), pop()].reverse()),
    135: () => tuple([pop(), pop(), pop()].reverse()),
    [code(']')]: () => stack.push({ kind: 'list', items: [] }),
    [code('a')]: () => append([pop()]),
    [code('e')]: () => append(sinceMark()),
    [code('}')]: () => stack.push({ kind: 'dictionary', entries: new Map() }),
    [code('s')]: () => setItems([pop(), pop()].reverse()),
    [code('u')]: () => setItems(sinceMark()),
    [code('q')]: () => remember(bytes[take(1)]!),
    [code('r')]: () => remember(view.getUint32(take(4), true)),
    [code('h')]: () => recall(bytes[take(1)]!),
    [code('j')]: () => recall(view.getUint32(take(4), true)),
    [code('c')]: () => {
      const name = `${line()}.${line()}`
      if (!globals.has(name)) fail(`it asks for ${quoted(name)}, which no weights need`)
      stack.push({ kind: 'global', name })
    },
    [code('Q')]: () => stack.push(persistent(pop())),
    [code('R')]: reduce,
    [code('b')]: () => {
      pop()
      // An ordered dictionary's attributes (versions of a network's modules) say nothing of its weights.
      if (!isKind(top(), 'dictionary')) fail('it sets up what is no dictionary')
    },
  }

  if (bytes[0] !== 0x80 || (bytes[1] !== 2 && bytes[1] !== 3)) fail(`it is not a pickle of protocol 2`)
  at = 2
  for (let count = 0; count < pickleLimits.instructions; count++) {
    opcodeAt = at
    const opcode = bytes[take(1)]!
    if (opcode === code('.')) {
      const result = pop()
      if (stack.length > 0 || marks.length > 0) fail('it leaves more than one value')
      if (at < bytes.length) fail(`${bytes.length - at} bytes after its end belong to none`)
      return result
    }
    const instruction = instructions[opcode]
    if (instruction === undefined)
      fail(`the opcode 0x${opcode.toString(16).padStart(2, '0')} is none that torch.save writes`)
    instruction!()
  }
  return fail(`it has more than ${pickleLimits.instructions} instructions`)
}

const code = (letter: string): number => letter.charCodeAt(0)

export function isKind<V, K extends string>(value: V, kind: K): value is Extract<V, { readonly kind: K }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind
}
