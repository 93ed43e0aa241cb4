import { describe, expect, it } from 'vitest'
import { type Globals, type PickleValue, readPickle } from './pickle.ts'
import { dictionary, global, pickle, text, tuple, whole } from './testing/build-torch.ts'

type Value = PickleValue<string>

const globals: Globals<string> = new Map<string, 'mark' | ((values: readonly Value[]) => Value)>([
  ['m.mark', 'mark'],
  ['m.join', (values) => ({ kind: 'made', made: values.join('+') })],
])
const run = (bytes: readonly number[]): Value =>
  readPickle<string>(
    Uint8Array.from(bytes),
    globals,
    (id) => ({ kind: 'made', made: `<${String(id)}>` }),
    (why) => {
      throw new Error(why)
    },
  )
const list = (...items: Value[]): Value => ({ kind: 'list', items })

describe('a pickle', () => {
  it.each<[string, readonly number[][], Value]>([
    ['nothing', [[0x4e]], null],
    ['true', [[0x88]], true],
    ['a byte', [[0x4b, 255]], 255],
    ['two bytes', [[0x4d, 1, 2]], 513],
    ['four bytes with a sign', [[0x4a, 254, 255, 255, 255]], -2],
    ['a long whole number', [whole(2 ** 40)], 2 ** 40],
    ['one below zero', [[0x8a, 2, 0, 0x80]], -32768],
    ['zero in no bytes', [[0x8a, 0]], 0],
    ['a float', [[0x47, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]], 1.5],
    ['a text', [text('é\n')], 'é\n'],
    ['tuples', [[0x4b, 1, 0x4b, 2, 0x4b, 3, 0x87]], { kind: 'tuple', items: [1, 2, 3] }],
    ['lists', [[0x5d, 0x28, 0x4b, 1, 0x4b, 2, 0x65, 0x4b, 3, 0x61]], list(1, 2, 3)],
    ['what was kept', [[0x5d, 0x4b, 7, 0x71, 200, 0x61, 0x68, 200, 0x61]], list(7, 7)],
    ['what was kept far away', [[0x5d, 0x4b, 7, 0x72, 0, 1, 0, 0, 0x61, 0x6a, 0, 1, 0, 0, 0x61]], list(7, 7)],
    ['a call', [global('m', 'join'), tuple([0x4b, 1], text('a')), [0x52]], { kind: 'made', made: '1+a' }],
    ['a persistent id', [text('x'), [0x51]], { kind: 'made', made: '<x>' }],
    [
      'a dictionary with attributes, which say nothing',
      [dictionary({ a: [0x4b, 1] }), [0x7d, 0x62]],
      { kind: 'dictionary', entries: new Map([['a', 1]]) },
    ],
  ])('gives %s', (_, body, value) => {
    expect(run(pickle(...body))).toEqual(value)
  })

  it.each<[string, readonly number[], RegExp]>([
    ['nothing', [], /not a pickle of protocol 2/],
    ['another protocol', [0x80, 4, 0x4e, 0x2e], /not a pickle of protocol 2/],
    ['no end', [0x80, 2, 0x4e], /ends within an instruction \(at byte 3 of its pickle\)/],
    ['bytes after its end', [...pickle([0x4e]), 0], /1 bytes after its end/],
    ['two results', pickle([0x4e, 0x4e]), /leaves more than one value/],
    ['a mark left over', pickle([0x28, 0x4e]), /takes a value where there is none|more than one value/],
    ['no result', pickle([]), /takes a value where there is none/],
    ['a value from below a mark', pickle([0x4e, 0x28, 0x85]), /takes a value where there is none/],
    ['a tuple without a mark', pickle([0x4e, 0x74]), /from a mark where there is none/],
    ['a function that nobody gave', pickle(global('os', 'system')), /asks for "os\.system", which no weights need/],
    ['a name that would break the line', pickle(global('os\u001b[2K', 'a')), /asks for "os\?\[2K\.a"/],
    ['a call of a mark', pickle(global('m', 'mark'), [0x29, 0x52]), /calls what is no function/],
    ['a call of a text', pickle(text('m.join'), [0x29, 0x52]), /calls what is no function/],
    ['a call without a tuple', pickle(global('m', 'join'), [0x4e, 0x52]), /without a tuple/],
    ['what was never kept', pickle([0x68, 5]), /recalls what it never kept/],
    ['an entry of a list', pickle([0x5d], text('a'), [0x4e, 0x73]), /an entry of what is no dictionary/],
    ['an item of a dictionary', pickle([0x7d, 0x4e, 0x61]), /appends to what is no list/],
    ['a name without a value', pickle([0x7d, 0x28, 0x4e, 0x75]), /a name without a value/],
    ['a name that is a list', pickle([0x7d, 0x5d, 0x4e, 0x73]), /neither text nor number/],
    ['attributes of a made thing', pickle(text('x'), [0x51, 0x7d, 0x62]), /sets up what is no dictionary/],
    ['a number of many bytes', pickle([0x8a, 9, ...Array(9).fill(1)]), /9 bytes is over the limit of 8/],
    ['a number beyond 2^53', pickle([0x8a, 8, ...Array(8).fill(0x7f)]), /is too large/],
    ['a text that is not UTF-8', pickle([0x58, 1, 0, 0, 0, 0xff]), /not UTF-8/],
    ['a text beyond the end', pickle([0x58, 255, 255, 255, 255]), /ends within an instruction/],
    ['an instance by its class', pickle([0x69]), /opcode 0x69 is none that torch\.save writes/],
    ['a new object', pickle([0x81]), /opcode 0x81/],
    ['a name from the stack', pickle([0x93]), /opcode 0x93/],
    ['instructions without end', pickle(Array(2 ** 19 + 1).fill(0x4e)), /more than 524288 instructions/],
  ])('with %s is refused', (_, bytes, fault) => {
    expect(() => run(bytes)).toThrow(fault)
  })
})
