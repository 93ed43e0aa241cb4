/** Long enough for any tensor's name here. */
const longest = 100

/** A text from a file in quotes, as it may stand in one line of a message: nothing that breaks or turns the line. */
export function quoted(text: string): string {
  const shown = text.length > longest ? `${text.slice(0, longest)}…` : text
  return `"${shown.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')}"`
}
