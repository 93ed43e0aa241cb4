/** Writes tar files, sound ones and others. */
export type TarEntry = {
  readonly name: string
  readonly content?: Uint8Array | string
  /** `0` a file, `2` a link, `5` a folder, `x` a pax header, `L` a long name of GNU. */
  readonly type?: string
  readonly linkTo?: string
  /** What the header says, in place of the content's length: digits as they stand in the field. */
  readonly size?: string
}

const bytesOf = (content: Uint8Array | string): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content

/** One member: its header and content, filled up to whole blocks. */
export function tarEntry({ name, content = '', type = '0', linkTo = '', size }: TarEntry): Uint8Array {
  const data = bytesOf(content)
  const out = new Uint8Array(512 + Math.ceil(data.length / 512) * 512)
  const put = (at: number, text: string): void => out.set(bytesOf(text), at)
  put(0, name)
  put(100, '0000644\0')
  put(124, size ?? `${data.length.toString(8).padStart(11, '0')}\0`)
  put(136, '00000000000\0')
  put(156, type)
  put(157, linkTo)
  put(257, 'ustar\x0000')
  out.fill(32, 148, 156)
  const sum = out.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `)
  out.set(data, 512)
  return out
}

/** A whole archive with the two empty blocks at its end. */
export const tarFile = (entries: readonly TarEntry[]): Uint8Array =>
  new Uint8Array(Buffer.concat([...entries.map(tarEntry), new Uint8Array(1024)]))

/** A pax header for the member after it. */
export function paxEntry(fields: Readonly<Record<string, string>>): TarEntry {
  const records = Object.entries(fields).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`
    const bytes = bytesOf(rest).length
    // The length counts its own digits.
    const length = [1, 2, 3, 4, 5].map((digits) => bytes + digits).find((sum, k) => String(sum).length === k + 1)!
    return `${length}${rest}`
  })
  return { name: 'PaxHeaders/x', type: 'x', content: records.join('') }
}
