/** What stands for the image tokens of a picture that are not drawn yet, when it is looked at before. */

/**
 * All tokens of a picture, raster order, of the first of them: a missing row is the one that is as far from the top as it is from the
 * bottom, or the last whole row where that is missing, too. Of the rules tried on pictogram-tiny (one
 * code throughout, the row above, the rows mirrored at the last) it changes least of what is drawn, and comes nearest to the whole
 * picture (docs/architecture.md). There must be a whole row.
 */
export function fillUnfinished(tokens: Uint16Array, [rows, columns]: readonly [number, number]): Uint16Array {
  const whole = Math.floor(tokens.length / columns)
  if (whole < 1 || tokens.length > rows * columns) {
    throw new RangeError(`${tokens.length} tokens are no part of a picture of ${rows} x ${columns} with a whole row`)
  }
  const filled = new Uint16Array(rows * columns)
  filled.set(tokens)
  for (let i = tokens.length; i < filled.length; i++) {
    const opposite = rows - 1 - Math.floor(i / columns)
    filled[i] = tokens[Math.min(opposite, whole - 1) * columns + (i % columns)]!
  }
  return filled
}
