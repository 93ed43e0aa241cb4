/** Why something that people brought was not taken, as data, and in words for the report. */

/** What was refused: a picture, or a file that should have told of some. */
export const reasons = {
  'no-caption': 'no caption',
  'caption-empty': 'its caption is empty',
  'caption-binary': 'its caption is not text',
  'caption-encoding': 'its caption is in an encoding that cannot be told',
  'caption-too-long': 'its caption is too long',
  'caption-language': 'its caption is neither English nor French',
  'not-a-picture': 'not a picture',
  'other-format': 'a picture of a format that is not read',
  damaged: 'damaged or cut short',
  'too-many-pixels': 'too many pixels',
  'too-many-bytes': 'too large a file',
  'too-small': 'smaller than half the side',
  'too-slow': 'took too long to decode',
  missing: 'not there',
  unreadable: 'cannot be read',
  'unsafe-name': 'a name that leads outside the folder or means a device',
  link: 'a link; links are not followed',
  'not-a-file': 'neither a file nor a folder',
  'same-name': 'another one has this name',
  'no-pictures': 'tells of no pictures',
  'bad-row': 'a damaged row',
  'bad-table': 'a damaged table',
  'bad-archive': 'a damaged archive',
  bomb: 'unpacks to far more than it is',
  'over-limit': 'over a limit',
} as const
export type Reason = keyof typeof reasons

export type Refusal = {
  /** The file, member or row, below the folder; never longer than a line. */
  readonly source: string
  readonly reason: Reason
  /** More than the reason says: a number, a limit, a name. */
  readonly detail?: string
}

/** What was done to pictures that were taken. */
export const notes = {
  enlarged: 'enlarged',
  'first-frame': 'moving, the first frame taken',
  cmyk: 'in CMYK, converted',
  clear: 'partly clear',
  duplicate: 'the same as an earlier one; captions merged',
  'caption-refused': 'of several captions, some refused',
} as const
export type Note = keyof typeof notes

/** A picture that could not be taken, thrown where it is found out. */
export class Refused extends Error {
  readonly reason: Reason
  readonly detail: string | undefined

  constructor(reason: Reason, detail?: string) {
    super(detail === undefined ? reason : `${reason}: ${detail}`)
    this.reason = reason
    this.detail = detail
  }

  /** As the refusal of `source`. */
  of(source: string): Refusal {
    return { source: shown(source), reason: this.reason, ...(this.detail !== undefined && { detail: this.detail }) }
  }
}

/** A name as it may stand in a report or on a terminal: no control characters, no direction marks, not endless. */
export const shown = (name: string): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const clean = name.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd')
  return clean.length > 300 ? `${clean.slice(0, 150)} … ${clean.slice(-140)}` : clean
}
