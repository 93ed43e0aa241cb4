/** ONNX's protocol buffers (onnx.proto, IR version 10), as far as they are written here. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { Dimension, ElementType } from '../tensor.ts'
import type { OnnxAttribute, TensorData } from './lowering.ts'

export type OnnxNode = {
  readonly type: string
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, OnnxAttribute>>
}

export type OnnxValue = { readonly name: string; readonly type: ElementType; readonly shape: readonly Dimension[] }

/** An initialiser: its data stands in the model, or outside under `location`. */
export type OnnxInitialiser = { readonly name: string; readonly value: TensorData; readonly location?: string }

export type OnnxModel = {
  readonly nodes: readonly OnnxNode[]
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
  readonly initialisers: readonly OnnxInitialiser[]
}

const irVersion = 10
const opsetVersion = 21
const elementTypes: Record<TensorData['type'], number> = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9 }

type Write = (writer: BinaryWriter) => void

const message = (writer: BinaryWriter, field: number, write: Write): void => {
  writer.tag(field, WireType.LengthDelimited).fork()
  write(writer)
  writer.join()
}
const text = (writer: BinaryWriter, field: number, value: string): void => {
  writer.tag(field, WireType.LengthDelimited).string(value)
}
const integer = (writer: BinaryWriter, field: number, value: number): void => {
  writer.tag(field, WireType.Varint).int64(value)
}

const writeAttribute =
  (name: string, value: OnnxAttribute): Write =>
  (w) => {
    text(w, 1, name)
    if (typeof value === 'number') {
      integer(w, 3, value)
      integer(w, 20, 2)
    } else if (typeof value === 'string') {
      text(w, 4, value)
      integer(w, 20, 3)
    } else if ('float' in value) {
      w.tag(2, WireType.Bit32).float(value.float)
      integer(w, 20, 1)
    } else {
      for (const item of value) integer(w, 8, item)
      integer(w, 20, 7)
    }
  }

const writeNode =
  (node: OnnxNode, index: number): Write =>
  (w) => {
    for (const name of node.inputs) text(w, 1, name)
    for (const name of node.outputs) text(w, 2, name)
    text(w, 3, `${node.type}_${index}`)
    text(w, 4, node.type)
    for (const [name, value] of Object.entries(node.attributes)) message(w, 5, writeAttribute(name, value))
    if (node.domain !== '') text(w, 7, node.domain)
  }

const writeInitialiser =
  ({ name, value, location }: OnnxInitialiser): Write =>
  (w) => {
    for (const size of value.shape) integer(w, 1, size)
    integer(w, 2, elementTypes[value.type])
    text(w, 8, name)
    if (location === undefined) {
      const { buffer, byteOffset, byteLength } = value.data
      w.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(buffer, byteOffset, byteLength))
      return
    }
    const entries = { location, offset: '0', length: String(value.data.byteLength) }
    for (const [key, entry] of Object.entries(entries)) {
      message(w, 13, (e) => {
        text(e, 1, key)
        text(e, 2, entry)
      })
    }
    integer(w, 14, 1)
  }

const writeValue =
  ({ name, type, shape }: OnnxValue): Write =>
  (w) => {
    text(w, 1, name)
    message(w, 2, (typeWriter) => {
      message(typeWriter, 1, (tensor) => {
        integer(tensor, 1, elementTypes[type])
        message(tensor, 2, (dimensions) => {
          for (const size of shape) {
            message(dimensions, 1, (d) => (typeof size === 'number' ? integer(d, 1, size) : text(d, 2, size)))
          }
        })
      })
    })
  }

/** The bytes of an ONNX file. */
export function encodeOnnx({ nodes, inputs, outputs, initialisers }: OnnxModel): Uint8Array<ArrayBuffer> {
  const w = new BinaryWriter()
  integer(w, 1, irVersion)
  text(w, 2, 'neuf')
  message(w, 7, (graph) => {
    for (const [index, node] of nodes.entries()) message(graph, 1, writeNode(node, index))
    text(graph, 2, 'neuf')
    for (const initialiser of initialisers) message(graph, 5, writeInitialiser(initialiser))
    for (const value of inputs) message(graph, 11, writeValue(value))
    for (const value of outputs) message(graph, 12, writeValue(value))
  })
  for (const [domain, version] of [
    ['', opsetVersion],
    ['com.microsoft', 1],
  ] as const) {
    message(w, 8, (opset) => {
      text(opset, 1, domain)
      integer(opset, 2, version)
    })
  }
  return w.finish()
}
