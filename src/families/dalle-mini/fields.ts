/** Objects from a model's `model.json`, of which nothing is believed before it is checked. */
import { NeufError } from '../../errors/errors.ts'
import type { StageSettings } from '../../networks/convolution.ts'
import type { PatchSize } from '../../networks/patch-transformer.ts'

/** Bounds far above any network of this family, low enough that no product of two of them overflows a size. */
export const most = { width: 16_384, layers: 256, levels: 12, vocabulary: 2 ** 20, length: 65_536, side: 4096 } as const

/** Image tokens are 16-bit numbers everywhere. */
export const mostCodes = 2 ** 16

/** An object from a file: each value is asked for with what it may be, and a fault names the field. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>
  readonly #name: string
  readonly #path: string

  constructor(value: unknown, name: string, path: string) {
    this.#name = name
    this.#path = path
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.refusal('', 'must be an object')
    this.#values = value as Record<string, unknown>
  }

  get empty(): boolean {
    return Object.keys(this.#values).length === 0
  }

  has(field: string): boolean {
    return Object.hasOwn(this.#values, field)
  }

  object(field: string): Fields {
    return new Fields(this.#own(field), `${this.#name}.${field}`, this.#path)
  }

  objects(field: string, least: number, largest: number): Fields[] {
    const list = this.#list(field)
    if (list.length >= least && list.length <= largest)
      return list.map((value, i) => new Fields(value, `${this.#name}.${field}.${i}`, this.#path))
    throw this.refusal(`.${field}`, `must be a list of ${least} to ${largest} objects`)
  }

  /** Stages that each halve a grid of so many places along its sides. */
  stages(field: string, sides: readonly number[]): StageSettings[] {
    const stages = this.objects(field, 1, most.levels).map((stage) => ({
      width: stage.whole('width', 1, most.width),
      blocks: stage.whole('blocks', 0, most.layers),
    }))
    if (sides.every((side) => side % 2 ** stages.length === 0)) return stages
    throw this.refusal(`.${field}`, 'halve the grid more often than it can be halved')
  }

  number(field: string, least: number, largest: number): number {
    const value = this.#own(field)
    if (typeof value === 'number' && value >= least && value <= largest) return value
    throw this.refusal(`.${field}`, `must be a number from ${least} to ${largest}`)
  }

  whole(field: string, least: number, largest: number): number {
    const value = this.number(field, least, largest)
    if (Number.isInteger(value)) return value
    throw this.refusal(`.${field}`, `must be a whole number from ${least} to ${largest}`)
  }

  /** A list of whole numbers, at least one unless told. */
  wholes(field: string, longest: number, least: number, largest: number, shortest = 1): readonly number[] {
    const list = this.#list(field)
    const fits = (value: unknown): value is number =>
      Number.isInteger(value) && (value as number) >= least && (value as number) <= largest
    const counted = Array.isArray(this.#own(field)) && list.length >= shortest && list.length <= longest
    if (counted && list.every(fits)) return list
    throw this.refusal(`.${field}`, `must be a list of up to ${longest} whole numbers from ${least} to ${largest}`)
  }

  /** So many numbers. */
  numbers(field: string, count: number, least: number, largest: number): readonly number[] {
    const list = this.#list(field)
    const fits = (value: unknown): value is number => typeof value === 'number' && value >= least && value <= largest
    if (list.length === count && list.every(fits)) return list
    throw this.refusal(`.${field}`, `must be a list of ${count} numbers from ${least} to ${largest}`)
  }

  /** One of the texts. */
  oneOf<T extends string>(field: string, texts: readonly T[]): T {
    const value = this.#own(field)
    if (texts.includes(value as T)) return value as T
    throw this.refusal(`.${field}`, `must be one of ${texts.join(', ')}`)
  }

  /** A flag that is there only where it is set. */
  true(field: string): true {
    if (this.#own(field) === true) return true
    throw this.refusal(`.${field}`, 'must be true or left out')
  }

  /** A name, or settings that another reader checks. */
  nameOrSettings(field: string): string | Readonly<Record<string, unknown>> {
    const value = this.#own(field)
    return typeof value === 'string' ? value : this.object(field).#values
  }

  /** One of the two numbers of a cell, which cuts a grid of so many places evenly. */
  part(field: string, axis: number, of: number): number {
    const list = this.#list(field)
    const value = list[axis]
    if (list.length === 2 && Number.isInteger(value) && (value as number) > 0 && of % (value as number) === 0) {
      return value as number
    }
    throw this.refusal(`.${field}`, `must be rows and columns that cut a grid of ${of} evenly`)
  }

  divisor(field: string, of: number, what: string): number {
    const value = this.whole(field, 1, of)
    if (of % value === 0) return value
    throw this.refusal(`.${field}`, `is ${value}, which does not divide ${what}, ${of}`)
  }

  /** A whole number that divides another field. */
  divisorOf(field: string, other: string): number {
    return this.divisor(field, this.whole(other, 1, most.length), other)
  }

  widthAndHeads(): { width: number; heads: number } {
    const width = this.whole('width', 1, most.width)
    return { width, heads: this.divisor('heads', width, 'width') }
  }

  /** `patch`: height and width, which cut the picture evenly. */
  patch(side: number): PatchSize {
    const [height, width, ...more] = this.#list('patch')
    const cuts = (size: unknown): size is number =>
      Number.isInteger(size) && (size as number) > 0 && side % (size as number) === 0
    if (cuts(height) && cuts(width) && more.length === 0) return [height, width]
    throw this.refusal('.patch', `must be height and width, each a divisor of the picture's side, ${side}`)
  }

  /** Two things the model says that have to be the same. */
  agree(field: string, value: number, other: string, expected: number): void {
    const name = this.#name === 'model' ? field : `${this.#name}.${field}`
    if (value === expected) return
    throw new NeufError('model-broken', {
      path: this.#path,
      why: `the field ${name} is ${value}, and ${other} is ${expected}`,
    })
  }

  agreeList(field: string, expected: readonly number[], other: string): void {
    const list = this.#list(field)
    if (list.length === expected.length && expected.every((value, i) => value === list[i])) return
    throw this.refusal(`.${field}`, `must be ${other}, [${expected.join(', ')}]`)
  }

  #list(field: string): readonly unknown[] {
    const value = this.#own(field)
    return Array.isArray(value) ? value : []
  }

  #own(field: string): unknown {
    return Object.hasOwn(this.#values, field) ? this.#values[field] : undefined
  }

  /** What to throw for a field that does not do. */
  refusal(field: string, why: string): NeufError {
    return new NeufError('model-broken', { path: this.#path, why: `the field ${this.#name}${field} ${why}` })
  }
}
