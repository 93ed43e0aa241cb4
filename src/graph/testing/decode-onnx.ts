/** A small reader of ONNX files, for tests: protocol buffers by their wire format alone, fields by their numbers. */

type Field = { readonly field: number; readonly value: number | Uint8Array }

function* fields(bytes: Uint8Array): Generator<Field> {
  let at = 0
  const varint = (): number => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return Number(BigInt.asIntN(64, value))
    }
  }
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new Error(`a field of ${length} bytes passes the end`)
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const tag = varint()
    const field = Math.floor(tag / 8)
    switch (tag % 8) {
      case 0:
        yield { field, value: varint() }
        break
      case 2:
        yield { field, value: take(varint()) }
        break
      case 5:
        yield { field, value: take(4) }
        break
      default:
        throw new Error(`wire type ${tag % 8} is not expected`)
    }
  }
}

const text = (value: number | Uint8Array | undefined): string => new TextDecoder().decode(value as Uint8Array)

function grouped(bytes: Uint8Array): (field: number) => (number | Uint8Array)[] {
  const all = [...fields(bytes)]
  return (field) => all.filter((one) => one.field === field).map(({ value }) => value)
}

const messages = (values: (number | Uint8Array)[]) => values.map((value) => grouped(value as Uint8Array))

/** What the tests look at, by the names of onnx.proto. */
export function decodeOnnx(model: Uint8Array) {
  const top = grouped(model)
  const [graph] = messages(top(7)) as [ReturnType<typeof grouped>]
  const values = (field: number) =>
    messages(graph(field)).map((value) => {
      const [tensor] = messages(messages(value(2)).flatMap((type) => type(1)))
      const [shape] = messages(tensor!(2))
      return {
        name: text(value(1)[0]),
        type: tensor!(1)[0],
        shape: shape === undefined ? [] : messages(shape(1)).map((d) => d(1)[0] ?? text(d(2)[0])),
      }
    })
  return {
    irVersion: top(1)[0],
    opsets: messages(top(8)).map((opset) => ({ domain: text(opset(1)[0]), version: opset(2)[0] })),
    nodes: messages(graph(1)).map((node) => ({
      inputs: node(1).map(text),
      outputs: node(2).map(text),
      name: text(node(3)[0]),
      type: text(node(4)[0]),
      domain: text(node(7)[0] ?? new Uint8Array()),
      attributes: Object.fromEntries(
        messages(node(5)).map((attribute) => {
          const [kind] = attribute(20)
          const [float] = attribute(2) as Uint8Array[]
          const value =
            kind === 1
              ? new DataView(float!.buffer, float!.byteOffset).getFloat32(0, true)
              : kind === 2
                ? attribute(3)[0]
                : kind === 3
                  ? text(attribute(4)[0])
                  : attribute(8)
          return [text(attribute(1)[0]), value]
        }),
      ),
    })),
    initialisers: messages(graph(5)).map((tensor) => ({
      name: text(tensor(8)[0]),
      shape: tensor(1),
      type: tensor(2)[0],
      raw: tensor(9)[0] as Uint8Array | undefined,
      external: Object.fromEntries(messages(tensor(13)).map((entry) => [text(entry(1)[0]), text(entry(2)[0])])),
      location: tensor(14)[0],
    })),
    inputs: values(11),
    outputs: values(12),
  }
}
