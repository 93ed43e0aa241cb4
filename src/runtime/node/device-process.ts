/** Tries ONNX Runtime's WebGPU provider on a small graph, tells the parent process, and ends. */
import ort from 'onnxruntime-node'
import { embedding, gelu, input, linear, lower, norm, softmax } from '../../graph/index.ts'
import type { Trial } from './devices.ts'

const [rows, width] = [6, 16]
/** Kernels add up in another order than the processor's; what computes wrongly is off by far more. */
const tolerance = 1e-4

const wave = (count: number, step: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(1 + i * step))

async function compute(provider: 'cpu' | 'webgpu'): Promise<Float32Array> {
  const [x, w] = [input('x', ['rows', width]), input('w', [width, width])]
  const picked = embedding(w, input('ids', ['rows'], 'int32'))
  const { standardModel } = lower({ y: softmax(linear(gelu(norm(linear(x, w))), picked)) })
  const session = await ort.InferenceSession.create(standardModel!(), {
    executionProviders: [provider],
    logSeverityLevel: 3,
  })
  const { y } = await session.run({
    x: new ort.Tensor('float32', wave(rows * width, 0.7), [rows, width]),
    w: new ort.Tensor('float32', wave(width * width, 1.3), [width, width]),
    ids: new ort.Tensor(
      'int32',
      Int32Array.from({ length: rows }, (_, i) => width - 1 - i),
      [rows],
    ),
  })
  const values = Float32Array.from(y!.data as Float32Array)
  await session.release()
  return values
}

async function tryWebGpu(): Promise<Trial> {
  const backends = (ort as { listSupportedBackends?: () => { name: string }[] }).listSupportedBackends?.() ?? []
  if (!backends.some(({ name }) => name === 'webgpu')) {
    return { works: false, why: `ONNX Runtime for ${process.platform} ${process.arch} comes without WebGPU` }
  }
  const found = await compute('webgpu')
  const expected = await compute('cpu')
  const right = expected.length === found.length && expected.every((y, i) => Math.abs(y - found[i]!) <= tolerance)
  return right ? { works: true } : { works: false, why: 'its results are not what the processor computes' }
}

/** The end of ONNX Runtime's message, which says what happened; before it stands where in its source, and what was checked. */
function inWords(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const [line = ''] = text.trim().split('\n')
  return line.split(' was false. ').at(-1)!.slice(0, 300)
}

const trial = await tryWebGpu().catch((error: unknown): Trial => ({ works: false, why: inWords(error) }))
process.send!(trial, () => process.disconnect())
