/**
 * Addresses of pictures for clients that fetch them without a token, as OpenAI's are: each holds for one picture, in one size and
 * format, for an hour, and is signed.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { NeufError } from '../../errors/errors.ts'
import { type FileFormat, fileFormats, type PictureFit } from '../../image/fit-picture.ts'

export type AddressedPicture = { readonly job: string; readonly index: number; readonly fit: PictureFit }

/** As long as OpenAI's hold. */
const secondsOfUse = 3600

/** The path and query of a picture, good from now on for an hour. `now` is in milliseconds since 1970. */
export function addressOfPicture({ job, index, fit }: AddressedPicture, key: Buffer, now: number): string {
  const { size, format, quality } = fit
  const query = new URLSearchParams({
    quality: String(quality),
    expires: String(Math.floor(now / 1000) + secondsOfUse),
  })
  if (size !== undefined) query.set('size', `${size.width}x${size.height}`)
  const path = `/v1/images/files/${job}/${index}.${format}`
  query.set('signature', sign(path, query, key))
  return `${path}?${query}`
}

/** The picture that an address names. @throws NeufError `picture-missing` for any that was not given out, or not lately */
export function readAddress(url: URL, key: Buffer, now: number): AddressedPicture {
  const query = new URLSearchParams(url.search)
  const given = Buffer.from(query.get('signature') ?? '')
  query.delete('signature')
  const expected = Buffer.from(sign(url.pathname, query, key))
  const [, job, index, format] = /^\/v1\/images\/files\/([0-9a-f-]{36})\/(\d+)\.(\w+)$/.exec(url.pathname) ?? []
  const genuine = given.length === expected.length && timingSafeEqual(given, expected)
  if (!genuine || job === undefined || !fileFormats.some((known) => known === format)) {
    throw new NeufError('picture-missing', { what: 'such picture', why: 'the address is not one that was given out' })
  }
  if (Number(query.get('expires')) * 1000 < now) {
    throw new NeufError('picture-missing', { what: 'such picture any more', why: 'its address was good for an hour' })
  }
  const [width, height] = query.get('size')?.split('x').map(Number) ?? []
  const size = width === undefined || height === undefined ? undefined : { width, height }
  const fit = { size, format: format as FileFormat, quality: Number(query.get('quality')) }
  return { job, index: Number(index), fit }
}

const sign = (path: string, query: URLSearchParams, key: Buffer): string =>
  createHmac('sha256', key).update(`${path}?${query}`).digest('base64url')
