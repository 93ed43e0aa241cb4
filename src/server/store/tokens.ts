/** Image tokens as 16-bit little-endian numbers, as everywhere they are stored. */
export function bytesOf(tokens: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(tokens.length * 2)
  const view = new DataView(bytes.buffer)
  for (const [i, token] of tokens.entries()) view.setUint16(2 * i, token, true)
  return bytes
}

export function tokensOf(bytes: Uint8Array): Uint16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Uint16Array.from({ length: bytes.byteLength / 2 }, (_, i) => view.getUint16(2 * i, true))
}
