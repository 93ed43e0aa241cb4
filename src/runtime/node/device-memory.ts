/**
 * Tensors in the memory of a graphics card. The binding reads and makes them in runs only: so each copy, in either direction,
 * is the run of a small graph, and so is the writing of a part.
 */
import ort from 'onnxruntime-node'
import { type Dimension, type ElementType, equal, input, type LoweredGraph, lower, where } from '../../graph/index.ts'

/** Types that the provider has kernels for whatever the op; others stay in the processor's memory. */
const typesOnDevice: readonly string[] = ['float32', 'int32']

export type DeviceMemory = {
  /** On the device, where tensors of its type can be; a new tensor unless it is there already. */
  uploaded(tensor: ort.Tensor): Promise<ort.Tensor>
  /** A new tensor on the device, as `uploaded`, that depends on no session but the memory's own. */
  kept(tensor: ort.Tensor): Promise<ort.Tensor>
  /** In the processor's memory; a new tensor unless it is there already. */
  downloaded(tensor: ort.Tensor): Promise<ort.Tensor>
  /** `whole` with `part`, of size 1 along the axis, at place `at`: a new tensor. Both on the device. */
  written(whole: ort.Tensor, part: ort.Tensor, axis: number, at: number): Promise<ort.Tensor>
  /** Releases its sessions, after whatever they made. */
  close(): Promise<void>
}

/** Where a session of the card leaves an output. */
export const locationOf = (type: string): 'gpu-buffer' | 'cpu' => (typesOnDevice.includes(type) ? 'gpu-buffer' : 'cpu')

const isOnDevice = ({ location }: ort.Tensor): boolean => location === 'gpu-buffer'

/** Lets a tensor on the device go at once; memory of the processor's is the garbage collector's. */
export function discard(tensor: ort.Tensor | undefined): void {
  if (tensor !== undefined && isOnDevice(tensor)) tensor.dispose()
}

export function createDeviceMemory(): DeviceMemory {
  const sessions = new Map<string, Promise<ort.InferenceSession>>()

  function sessionOf(key: string, to: 'gpu-buffer' | 'cpu', build: () => LoweredGraph) {
    const made =
      sessions.get(key) ??
      ort.InferenceSession.create(build().model, {
        executionProviders: ['webgpu'],
        preferredOutputLocation: { y: to },
        logSeverityLevel: 3,
      })
    sessions.set(key, made)
    made.catch(() => sessions.delete(key))
    return made
  }

  async function moved(tensor: ort.Tensor, to: 'gpu-buffer' | 'cpu'): Promise<ort.Tensor> {
    const { type, dims } = tensor
    const build = () => lower({ y: input('x', dims.map(named), type as ElementType) })
    const session = await sessionOf(`${to} ${type} ${dims.length}`, to, build)
    return (await session.run({ x: tensor })).y!
  }

  const canMove = ({ type, size }: ort.Tensor): boolean => locationOf(type) === 'gpu-buffer' && size > 0
  const memory: DeviceMemory = {
    uploaded: async (tensor) => (isOnDevice(tensor) ? tensor : memory.kept(tensor)),
    kept: async (tensor) => (canMove(tensor) ? moved(tensor, 'gpu-buffer') : tensor),
    downloaded: async (tensor) => (isOnDevice(tensor) ? moved(tensor, 'cpu') : tensor),
    async written(whole, part, axis, at) {
      const { type, dims } = whole
      const size = dims[axis] ?? 0
      const fits = part.type === type && part.dims.join() === dims.with(axis, 1).join()
      if (at < 0 || at >= size || !fits) {
        throw new Error(`cannot write [${part.dims}] at ${at} of axis ${axis} of [${dims}]`)
      }
      const session = await sessionOf(`write ${type} ${dims.length} ${axis}`, locationOf(type), () => {
        const shape: Dimension[] = dims.map(named)
        const along = dims.map((_, i) => (i === axis ? `size${axis}` : 1))
        const places = equal(input('places', along, 'int32'), input('at', [1], 'int32'))
        const [x, y] = [
          input('part', shape.with(axis, 1), type as ElementType),
          input('whole', shape, type as ElementType),
        ]
        return lower({ y: where(places, x, y) })
      })
      const places = new ort.Tensor(
        'int32',
        Int32Array.from({ length: size }, (_, i) => i),
        dims.map((_, i) => (i === axis ? size : 1)),
      )
      const feeds = { places, at: new ort.Tensor('int32', Int32Array.of(at), [1]), part, whole }
      return (await session.run(feeds)).y!
    },
    async close() {
      for (const session of sessions.values()) await (await session).release()
    },
  }
  return memory
}

const named = (_: unknown, axis: number): string => `size${axis}`
