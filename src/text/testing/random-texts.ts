/** Texts from every corner of Unicode, lone surrogates and NUL included; the same ones for the same seed (mulberry32). */
export function* randomTexts(count: number, seed: number): Generator<string> {
  const random = randomNumbers(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  const pick = (from: string) => from[below(from.length)]!
  const kinds: (() => string)[] = [
    () => pick('abcdefghijklmnopqrstuvwxyz'),
    () => pick('éèêëàâçîïôöùûüÿœæÉÈÀÇŒßİıſΣςǅﬁ'),
    () => pick('     \t\n\u00a0\u2009\u3000\u0085'),
    () => pick('.,;:!?\'"’“”«»…–—-_()[]<>/\\&#@%'),
    () => pick('0123456789²½Ⅷ٣'),
    () => ['🦘', '👩‍🚀', '🏳️‍🌈', '👍🏽', '🇫🇷', '1️⃣', '☃'][below(7)]!,
    () => pick('\u0301\u0327\u0308\u0345\u200b\u200d\u00ad\ufeff\u202e\ufe0f'),
    () => pick('猫字Катяאבجقहिन्दी한글ไทย'),
    () => String.fromCodePoint(below(0x110000)),
    () => String.fromCharCode(0xd800 + below(0x800)),
    () => ['</s>', '<pad>', '<s>', "'s", "d'", 'ĠÃ©', '__proto__', '\u0000'][below(8)]!,
  ]
  for (let i = 0; i < count; i++) {
    // Half the texts keep to one or two kinds, so that long runs of a kind occur too.
    const some = random() < 0.5 ? kinds : [kinds[below(kinds.length)]!, kinds[below(kinds.length)]!]
    yield Array.from({ length: below(25) }, () => some[below(some.length)]!()).join('')
  }
}

export function randomNumbers(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
