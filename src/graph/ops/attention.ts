/** Scaled dot-product attention (Vaswani et al. 2017), whole sequences at once or one new position against a cache. */
import { emitProduct, type Factor } from '../onnx/product.ts'
import {
  apply,
  type Dimension,
  defineOp,
  dimension,
  expectType,
  fixed,
  GraphError,
  sameShape,
  type Tensor,
} from '../tensor.ts'
import { softmaxGradient } from './cross-entropy.ts'
import { matmul } from './matmul.ts'
import { reshape, transpose } from './shape.ts'

/** Far below any score, so that softmax gives exactly 0, yet finite: a row that sees nothing stays a number. */
const hidden = -1e9

type AttentionAttributes = { readonly heads: number; readonly causal: boolean }

function headSize(op: string, q: Tensor, heads: number): number {
  const width = fixed(q, -1)
  if (width % heads !== 0) throw new GraphError(op, `the width ${width} does not divide into ${heads} heads`, [q])
  return width / heads
}

/** Each head's part apart, as attention reads keys and values: [batch, length, width] to [batch, heads, length, headSize]. */
export const splitHeads = (x: Tensor, heads: number): Tensor => {
  const [batch, length] = x.shape as readonly [Dimension, Dimension]
  return transpose(reshape(x, [batch, length, heads, headSize('attention', x, heads)]), [0, 2, 1, 3])
}

/** [batch, heads, length, headSize] to [batch, length, width] */
const join = (x: Tensor): Tensor => {
  const [batch, heads, length, size] = x.shape as readonly [Dimension, number, Dimension, number]
  return reshape(transpose(x, [0, 2, 1, 3]), [batch, length, heads * size])
}

/** Probabilities from query and key heads: an op of its own, so that the mask is never differentiated. */
const attentionProbabilitiesOp = defineOp<AttentionAttributes>({
  name: 'attentionProbabilities',
  infer: ([q, k, visible], { causal }) => {
    const [batch, heads, rows, size] = q!.shape
    const [, , columns] = k!.shape
    if (k!.shape.length !== 4 || k!.shape[1] !== heads || k!.shape[3] !== size || k!.shape[0] !== batch) {
      throw new GraphError('attention', 'queries and keys must agree in all but length', [q!, k!])
    }
    if (causal && (rows !== columns || typeof rows !== 'number')) {
      throw new GraphError('attention', 'causal attention needs equal, known lengths', [q!, k!])
    }
    if (visible !== undefined && !(visible.type === 'float32' && sameShape(visible.shape, [batch!, columns!]))) {
      throw new GraphError('attention', 'the mask must be float32 [batch, keys]', [k!, visible])
    }
    return [{ shape: [batch!, heads!, rows!, columns!], type: 'float32' }]
  },
  lower: (to, { inputs: [q, k, visible], attributes: { causal } }) => {
    const scale = 1 / Math.sqrt(fixed(q!, -1))
    const length = dimension(q!, 2)
    const [queries, keys] = [q!, k!].map((x) => ({ name: to.name(x), axes: 4 })) as [Factor, Factor]
    let [scores]: readonly string[] = emitProduct(to, queries, keys, { transposeB: true, scale })
    if (causal && typeof length === 'number') {
      const mask = Float32Array.from({ length: length * length }, (_, i) =>
        i % length > Math.floor(i / length) ? hidden : 0,
      )
      scores = to.emit('Add', [scores!, to.constant({ type: 'float32', shape: [length, length], data: mask })])[0]
    }
    if (visible !== undefined) {
      const [less] = to.emit('Sub', [to.name(visible), to.scalar(1)])
      const [minus] = to.emit('Mul', [less, to.scalar(-hidden)])
      scores = to.emit('Add', [scores!, to.emit('Unsqueeze', [minus, to.integers([1, 2])])[0]])[0]
    }
    return to.emit('Softmax', [scores!], { axis: -1 })
  },
  gradient: ({ inputs: [q, k], outputs: [probabilities] }, [dy]) => {
    const scale = 1 / Math.sqrt(fixed(q!, -1))
    const scores = softmaxGradient(probabilities!, dy!)
    return [matmul(scores, k!, { scale }), matmul(scores, q!, { transposeA: true, scale }), undefined]
  },
})

type AttentionOptions = { readonly heads: number; readonly causal?: boolean; readonly visible?: Tensor }

/**
 * Attention of whole sequences. q: [batch, length, width], k and v: [batch, keys, width], or as `splitHeads` gives them, for
 * keys and values that are read again and again; returns [batch, length, width].
 * `visible` (float32 [batch, keys], 1 or 0) says which keys may be seen; `causal` hides the later positions.
 */
export function attention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  { heads, causal = false, visible }: AttentionOptions,
): Tensor {
  if (q.shape.length !== 3 || !sameShape(k.shape, v.shape)) {
    throw new GraphError('attention', 'needs [batch, length, width], keys and values alike', [q, k, v])
  }
  const byHead = (x: Tensor): Tensor => (x.shape.length === 4 ? x : splitHeads(x, heads))
  const operands = [splitHeads(q, heads), byHead(k)]
  if (visible !== undefined) operands.push(visible)
  const probabilities = apply(attentionProbabilitiesOp, operands, { heads, causal })
  return join(matmul(probabilities, byHead(v)))
}

const cachedAttentionOp = defineOp<{ readonly heads: number }>({
  name: 'cachedAttention',
  infer: ([q, k, v, pastKeys, pastValues, mask], { heads }) => {
    for (const x of [q, k, v, pastKeys, pastValues, mask]) expectType('cachedAttention', x!, 'float32')
    const size = headSize('cachedAttention', q!, heads)
    const capacity = dimension(mask!, 0)
    const past = [...q!.shape.slice(0, -1), heads, capacity, size]
    if (!sameShape(k!.shape, q!.shape) || !sameShape(v!.shape, q!.shape)) {
      throw new GraphError('cachedAttention', 'query, key and value must have one shape', [q!, k!, v!])
    }
    if (!sameShape(pastKeys!.shape, past) || !sameShape(pastValues!.shape, past) || mask!.shape.length !== 1) {
      const problem = `the past must be [${past.join(', ')}] and the mask [capacity]`
      throw new GraphError('cachedAttention', problem, [pastKeys!, pastValues!, mask!])
    }
    return [q!]
  },
  // The layout that measures best: past and new position apart, keys not transposed, the cache never copied here.
  lower: (to, { inputs: [q, k, v, pastKeys, pastValues, mask], attributes: { heads } }) => {
    const size = headSize('cachedAttention', q!, heads)
    const rows = q!.shape.slice(0, -1).map(() => 0)
    const perHead = to.integers([...rows, heads, 1, size])
    const [query] = to.emit('Reshape', [to.name(q!), perHead])
    const [key] = to.emit('Reshape', [to.name(k!), perHead])
    const [value] = to.emit('Reshape', [to.name(v!), perHead])
    const [scaled] = to.emit('Mul', [query, to.scalar(1 / Math.sqrt(size))])
    // Keys times the query as a column: for a single row, the product with keys transposed takes two to three times as long.
    const [column] = to.emit('Reshape', [scaled, to.integers([...rows, heads, size, 1])])
    const [scores] = to.emit('MatMul', [to.name(pastKeys!), column])
    const [past] = to.emit('Reshape', [scores, to.integers([...rows, heads, 1, -1])])
    const [seen] = to.emit('Add', [past, to.name(mask!)])
    const [own] = to.emit('ReduceSum', [to.emit('Mul', [scaled, key])[0], to.integers([-1])], { keepdims: 1 })
    const [probabilities] = to.emit('Softmax', to.emit('Concat', [own, seen], { axis: -1 }), { axis: -1 })
    const axis = to.integers([-1])
    const [ownShare] = to.emit('Slice', [probabilities, to.integers([0]), to.integers([1]), axis])
    const [pastShare] = to.emit('Slice', [probabilities, to.integers([1]), to.integers([2 ** 31]), axis])
    const [fromPast] = to.emit('MatMul', [pastShare, to.name(pastValues!)])
    const [sum] = to.emit('Add', [fromPast, to.emit('Mul', [ownShare, value])[0]])
    return to.emit('Reshape', [sum, to.integers([...rows, heads * size])])
  },
})

export type Past = {
  /** [...rows, heads, capacity, headSize] */
  readonly keys: Tensor
  readonly values: Tensor
  /** [capacity]: 0 where a position was written, a large negative number where not. */
  readonly mask: Tensor
}

/** Attention of one new position a row to itself and to a cache. q, k, v: [...rows, width]; returns [...rows, width]. */
export const cachedAttention = (q: Tensor, k: Tensor, v: Tensor, past: Past, heads: number): Tensor =>
  apply(cachedAttentionOp, [q, k, v, past.keys, past.values, past.mask], { heads })
