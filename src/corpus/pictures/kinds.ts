/** What a file may hold, by the ending of its name; what it does hold, its bytes tell. */
import type { Language } from '../scene.ts'

/** Formats that are not read, too: the report says so of them, in place of silence. */
export const pictureEnding = /\.(?:png|jpe?g|jfif|webp|gif|avif|tiff?|bmp|heic|heif|svg|jxl|jp2|psd|ico)$/i
export const captionEnding = /\.(?:txt|caption|json)$/i
export const tableEnding = /\.(?:csv|tsv|jsonl|ndjson)$/i
export const separatedEnding = /\.(?:csv|tsv)$/i
export const archiveEnding = /\.(?:tar|tar\.gz|tgz)$/i
export const parquetEnding = /\.parquet$/i

/** `a/b.fr.txt` to `a/b`, `txt` and `fr`; endings in lower case. */
export function splitEnding(path: string): {
  readonly stem: string
  readonly ending: string
  readonly language: Language | undefined
} {
  const [, stem = path, language, ending = ''] = /^(.*?)(?:\.(en|fr))?(?:\.([^./]*))?$/is.exec(path)!
  return { stem, ending: ending.toLowerCase(), language: language?.toLowerCase() as Language | undefined }
}
