/** Values as ONNX Runtime has them. */
import ort from 'onnxruntime-node'
import type { Value, ValueData } from '../engine.ts'

export const toTensor = ({ type, data, shape }: Value): ort.Tensor =>
  new ort.Tensor(type as 'float32', data as Float32Array, shape)

/** Of a tensor in memory, whose array it shares. */
export const toValue = (tensor: ort.Tensor): Value => ({
  type: tensor.type as Value['type'],
  shape: tensor.dims,
  data: tensor.data as ValueData,
})

export const copied = (value: Value): Value => ({ ...value, data: value.data.slice() as ValueData })
