/**
 * Arrays that a thread uses again and again: pictures are made by the thousand, and clearing and collecting their intermediate
 * arrays would cost more than filling them. Whoever makes one owns it; it holds what was left in it, and is overwritten by the
 * next call.
 */
export function bytes(): (length: number) => Uint8Array {
  let room = new Uint8Array(0)
  return (length) => {
    if (room.length < length) room = new Uint8Array(length)
    return room.subarray(0, length)
  }
}

export function whole(): (length: number) => Int32Array {
  let room = new Int32Array(0)
  return (length) => {
    if (room.length < length) room = new Int32Array(length)
    return room.subarray(0, length)
  }
}

export function floats(): (length: number) => Float32Array {
  let room = new Float32Array(0)
  return (length) => {
    if (room.length < length) room = new Float32Array(length)
    return room.subarray(0, length)
  }
}
