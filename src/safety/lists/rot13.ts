/** Lists of slurs and the like are kept in rot13, so that nobody who reads the source meets them unasked. */

/** Each letter a to z thirteen places on, all else as it is; doing it twice gives the text back. */
export const rot13 = (text: string): string =>
  text.replace(/[a-z]/gi, (letter) => {
    const first = letter <= 'Z' ? 65 : 97
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first)
  })
