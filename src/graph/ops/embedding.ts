/** Looking rows up in a table. */
import { neighboursInBlock, tableAttributes } from '../onnx/block-weight.ts'
import { apply, defineOp, elementCount, expectType, fixed, GraphError, type Tensor } from '../tensor.ts'
import { reshape } from './shape.ts'

const embeddingOp = defineOp<Record<string, never>>({
  name: 'embedding',
  infer: ([table, ids]) => {
    expectType('embedding', table!, 'float32')
    expectType('embedding', ids!, 'int32', 'int64')
    if (table!.shape.length !== 2) throw new GraphError('embedding', 'the table must be [rows, width]', [table!])
    return [{ shape: [...ids!.shape, table!.shape[1]!], type: 'float32' }]
  },
  lower: (to, { inputs: [table, ids] }) => {
    const blocks = to.blocks(table!, 'table')
    if (blocks === undefined) return to.emit('Gather', [to.name(table!), to.name(ids!)], { axis: 0 })
    const { codes, scales, bits } = blocks
    const operands = [codes, to.name(ids!), scales]
    const rows = to.emit('GatherBlockQuantized', operands, tableAttributes(bits), { domain: 'com.microsoft' })
    const width = fixed(table!, 1)
    if (width % neighboursInBlock === 0) return rows
    return to.emit('Slice', [rows[0], ...[0, width, -1].map((value) => to.integers([value]))])
  },
  gradient: ({ inputs: [table, ids] }, [dy]) => {
    const count = elementCount('embedding', ids!.shape)
    const width = fixed(table!, 1)
    const rows = apply(scatterRowsOp, [reshape(ids!, [count]), reshape(dy!, [count, width])], {
      rows: fixed(table!, 0),
    })
    return [rows, undefined]
  },
})

/** Row `ids[i]` of the table for each i. table: [rows, width], ids: [...]; returns [..., width]. */
export const embedding = (table: Tensor, ids: Tensor): Tensor => apply(embeddingOp, [table, ids], {})

const scatterRowsOp = defineOp<{ readonly rows: number }>({
  name: 'scatterRows',
  infer: ([ids, values], { rows }) => {
    if (ids!.shape.length !== 1 || values!.shape.length !== 2 || ids!.shape[0] !== values!.shape[0]) {
      throw new GraphError('scatterRows', 'needs ids [count] and values [count, width]', [ids!, values!])
    }
    return [{ shape: [rows, values!.shape[1]!], type: 'float32' }]
  },
  // Not ScatterND: ONNX Runtime adds in parallel there without regard to rows that occur twice, and loses some.
  lower: (to, { inputs: [ids, values], attributes: { rows } }) => {
    const [count, width] = values!.shape as readonly [number, number]
    const [zeros] = to.emit('Expand', [to.scalar(0), to.integers([rows, width])])
    const [column] = to.emit('Unsqueeze', [to.name(ids!), to.integers([1])])
    const [index] = to.emit('Expand', [column, to.integers([count, width])])
    return to.emit('ScatterElements', [zeros, index, to.name(values!)], { axis: 0, reduction: 'add' })
  },
  gradient: ({ inputs: [ids] }, [dy]) => [undefined, embedding(dy!, ids!)],
})
