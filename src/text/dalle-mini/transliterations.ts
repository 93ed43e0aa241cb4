/**
 * What letters and signs beyond ASCII are called in ASCII, in lower case, for the scripts and signs of Europe, Hebrew, Arabic,
 * kana and Hangul: romanisations written here, which agree with what DALL·E mini's captions had (they went through Unidecode,
 * whose tables are not part of this project). What Unicode takes apart by itself (accents, wide and small forms, fractions of
 * letters) is not listed.
 */

/** `а a б b`: a character, what it becomes, and so on. */
const pairs = (list: string): [string, string][] => {
  const parts = list.trim().split(/\s+/)
  return parts.flatMap((part, at) => (at % 2 === 0 ? [[part, parts[at + 1]!] as [string, string]] : []))
}

/** All of these characters become the same. */
const all = (characters: string, reading: string): [string, string][] =>
  Array.from(characters, (character) => [character, reading])

const range = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, at) => String.fromCodePoint(from + at)).join('')

const latin = pairs(`
  æ ae ŀ l ǣ ae ǽ ae ð d đ d ø o ǿ o þ th ß ss ẞ ss ħ h ı i ĸ k ł l ŉ 'n ŋ ng œ oe ŧ t
  ƀ b ɓ b ƃ b ƅ 6 ɔ o ƈ c ɖ d ɗ d ƌ d ƍ d ǝ @ Ǝ 3 ə @ ɛ e ƒ f ɠ g Ɠ g Ɣ g ɣ g ƕ hv ɩ i Ɩ i ɨ i ƙ k ƚ l ƛ l Ɯ w ɲ n ƞ n
  ɵ o ƣ oi ƥ p Ʀ yr ƨ 2 Ʃ sh ƪ sh ƫ t ƭ t ʈ t Ʊ y Ʋ v ƴ y ƶ z Ʒ zh ǯ zh ƹ zh ƺ zh ƻ 2 ƽ 5 ƾ ts ƿ w ǀ | ǁ || ǂ |= ǃ !
  ǥ g ǯ zh Ǯ zh Ƿ w ȝ y ȡ d ȣ ou ȥ z ȴ l ȵ n ȶ t ȷ j ȸ db ȹ qp Ⱥ a ȼ c Ⱦ t ȿ s ɀ z ʉ u ʌ ^ ɇ e ɉ j ɋ q ɍ r ɏ y ʋ v
  ɐ a ɑ a ɒ a ɕ c ɘ e ɚ @ ɜ e ɝ e ɞ e ɟ j ɡ g ɢ g ɤ u ɥ y ɦ h ɧ h ɪ i ɫ l ɬ l ɭ l ɮ lz ɯ w ɰ w ɱ m ɳ n ɴ n ɶ oe ɷ o ɸ f
  ɹ r ɺ r ɻ r ɼ r ɽ r ɾ r ɿ r ʀ r ʁ r ʂ s ʃ s ʄ j ʅ s ʆ s ʇ t ʊ u ʍ w ʎ y ʏ y ʐ z ʑ z ʒ z ʓ z ʔ ? ʕ ? ʖ ? ʗ c ʘ @ ʙ b
  ʚ e ʛ g ʜ h ʝ j ʞ k ʟ l ʠ q ʡ ? ʢ ? ʣ dz ʤ dz ʥ dz ʦ ts ʧ ts ʨ tc ʩ fn ʪ ls ʫ lz ʬ ww ʭ ]] ʮ h ʯ h ⱡ l ⱥ a ⱦ t ⱨ h ⱪ k ⱬ z
`)

const greek = pairs(`
  α a β b γ g δ d ε e ζ z η e θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ u φ ph χ kh ψ ps ω o Ξ ks
  ϐ b ϑ th ϒ u ϕ ph ϖ p ϗ & ϛ st ϝ w ϟ q ϡ sp ϣ sh ϥ f ϧ kh ϩ h ϫ g ϭ ch ϯ ti ϰ k ϱ r ϲ c ϳ j
`)

const cyrillic = pairs(`
  а a б b в v г g д d е e ж zh з z и i й i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch ъ ' ы y ь '
  э e ю iu я ia ѐ ie ё io ђ dj ѓ gj є ie ѕ dz і i ї yi ј j љ lj њ nj ћ tsh ќ kj ѝ i ў u џ dzh ѡ o ѣ e ѥ ie ѧ e ѩ ie ѫ o ѭ io
  ѯ ks ѱ ps ѳ f ѵ y ѹ u ѻ o ѽ o ѿ ot ҁ q ҍ " ҏ r' ґ g' ғ g' ҕ g' җ zh' ҙ z' қ k' ҝ k' ҟ k' ҡ k' ң n' ҥ ng ҧ p' ҩ kh ҫ s' ҭ t'
  ү u ұ u' ҳ kh' ҵ tts ҷ ch' ҹ ch' һ h ҽ ch ҿ ch' Ӏ \` ӄ k' ӈ n' ӌ ch ӕ ae ӗ ie ә @ ӛ @ ӡ dz ө o ӫ o
`)

const hebrew = pairs(`
  א a ב b ג g ד d ה h ו v ז z ח h ט t י y ך kh כ kh ל l ם m מ m ן n נ n ס s ע \` ף p פ p ץ ts צ ts ק k ר r ש sh ת t
  װ v ױ oy ײ ey ׳ ' ״ " ־ - ׀ | ׃ . ׆ n ֱ e ֲ a ֳ o ִ i ֵ e ֶ e ַ a ָ a ֹ o ֺ o ֻ u ׇ o
`)

const arabic = pairs(`
  آ a أ ' إ ' ؤ w' ئ y' ب b ة @ ت t ث th ج j ح h خ kh د d ذ dh ر r ز z س s ش sh ص s ض d ط t ظ z ع \` غ g ف f ق q ك k ل l م m ن n
  ه h و w ى ~ ي y ً an ٌ un ٍ in َ a ُ u ِ i ّ w ٔ ' ٕ ' ، , ؛ ; ؟ ? ٪ % ٫ . ٬ , ٭ * ٱ ' پ p چ ch ژ j ک kh گ g ی y ے y ہ h ھ h
  ٹ tt ڈ dd ڑ rr ں n ۔ .
`)

/** Signs that Unicode would take apart in another way, or not at all. The Roman words for one are never separated. */
const signs = pairs(`
  ¡ ! ¢ c/ £ ps ¤ $? ¥ y= ¦ | § ss ¨ " © (c) « << ¬ ! ® (r) ¯ - ° deg ± +- ´ ' µ u ¶ p · * ¸ , » >> ¿ ? × x ÷ /
  ‐ - ‑ - ‒ - – - — -- ― -- ‖ || ‗ _ ‘ ' ’ ' ‚ , ‛ ' “ " ” " „ ,, ‟ " † + ‡ ++ • * ‣ *> ‧ . ‰ %0 ‱ %00 ′ ' ″ '' ‴ ''' ⁗ ''''
  ‵ \` ‶ \`\` ‷ \`\`\` ‸ ^ ‹ < › > ※ * ‽ !? ‾ - ‿ _ ⁀ - ⁁ ^ ⁂ *** ⁃ -- ⁄ / ⁅ -[ ⁆ ]- ⁊ & ⁋ pp ⁌ (] ⁍ [) ⁎ * ⁒ % ⁓ ~ ⁻ - ₋ -
  ₠ ecu ₡ cl ₢ cr ₣ ff ₤ l ₥ mil ₦ n ₧ pts ₩ w ₪ ns ₫ d € eur ₭ k ₮ t ₯ dr ₰ pf ₱ p ₲ g ₳ a ₴ uah ₵ c| ₶ l ₷ sm ₸ t ₹ rs ₺ l
  ₻ m ₼ m ₽ r ₾ l ₿ btc ℃ degc ℉ degf ℗ (p) ℟ r/ ℠ (sm) ™ (tm) ℣ v/ ℮ e Ⅎ f ⅎ f ⅍ a/s ↀ (d ↁ d) ↂ ((|)) Ↄ )
  − - ∕ / ∖ \\ ∗ * ∣ | ∶ : ∼ ~ ≤ <= ≥ >= ≦ <= ≧ >= ⌃ ^ 〈 < ⟨ < ⟦ [ ❘ | ❜ ' ❝ " ❞ " ❟ , ❠ ,, ❢ ! ✱ * ♯ # ⦃ {
  ʹ ' ʺ " ʻ \` ʼ ' ʽ \` ʾ \` ʿ ' ˀ ? ˁ ? ˂ < ˃ > ˄ ^ ˅ v ˆ ^ ˇ v ˈ ' ˉ - ˊ / ˋ \\ ˌ , ˍ _ ˎ \\ ˏ / ː : ˑ . ˒ \` ˓ ' ˔ ^ ˕ v ˖ + ˗ -
  ˘ v ˙ . ˚ @ ˛ , ˜ ~ ˝ " ˞ r ˟ x ˬ v ˭ = ˮ " ˤ ?
  ⓫ 11 ⓬ 12 ⓭ 13 ⓮ 14 ⓯ 15 ⓰ 16 ⓱ 17 ⓲ 18 ⓳ 19 ⓴ 20 ⓵ 1 ⓶ 2 ⓷ 3 ⓸ 4 ⓹ 5 ⓺ 6 ⓻ 7 ⓼ 8 ⓽ 9 ⓾ 10 ⓿ 0 ﹑ , ﹘ - ﹝ { ﹞ }
  、 , 〃 " 々 " 〇 0 〈 < 《 << 「 [ 『 { 【 [( 〒 @ 〓 x 〔 [ 〖 [[ 〘 (( 〚 [[ ゠ = ・ * ー - ゝ " ヽ " ゞ " ヾ "
`)

/** Those with spaces of their own. */
const spaced: [string, string][] = [
  ...pairs(`¼ 1/4 ½ 1/2 ¾ 3/4`).map(([sign, reading]): [string, string] => [sign, ` ${reading}`]),
  ...pairs(
    `⅐ 1/7 ⅑ 1/9 ⅒ 1/10 ⅓ 1/3 ⅔ 2/3 ⅕ 1/5 ⅖ 2/5 ⅗ 3/5 ⅘ 4/5 ⅙ 1/6 ⅚ 5/6 ⅛ 1/8 ⅜ 3/8 ⅝ 5/8 ⅞ 7/8 ℀ a/c ℁ a/s ℅ c/o ℆ c/u`,
  ).map(([sign, reading]): [string, string] => [sign, ` ${reading} `]),
  ...pairs('。 . 、 , 〉 > ⟩ > ⦄ } 》 >> 」 ] 』 } 】 )] 〕 ] 〗 ]] 〙 )) 〛 ]] 〜 ~').map(
    ([sign, reading]): [string, string] => [sign, `${reading} `],
  ),
  ['⅟', ' 1/'],
  ['№', 'no. '],
  ['↉', ' 0/3 '],
  ['\u200b', ' '],
  // Unicode takes these apart; they have no reading.
  ...all('ͺ΄΅≠≁≮≯≰≱∤ℇℏℵℶℷℸ', ''),
]

const shapes: [string, string][] = [
  ...all('─━┄┅┈┉╌╍═╴╶╸╺╼╾▔←→↔↚↛↞↠↢↣↤↦↩↪↫↬↭↮↼↽⇀⇁⇠⇢⇤⇥⇦⇨⇰', '-'),
  ...all('│┃┆┇┊┋╎╏║╵╷╹╻╽╿▕↑↓↕↟↡↥↧↨↯↰↱↲↳↴↵↾↿⇂⇃⇅⇈⇊⇑⇓⇕⇞⇟⇡⇣⇧⇩⇪⇫⇬⇭⇮⇯⇳', '|'),
  ...all(`${range(0x250c, 0x254b)}${range(0x2552, 0x2570)}`, '+'),
  ...all('↹⇄⇆⇇⇉⇋⇌⇍⇎⇏⇐⇒⇔⇚⇛', '='),
  ...all('↖↘⇖⇘⇱⇲↸╲', '\\'),
  ...all('↗↙⇗⇙╱', '/'),
  ...all('↜↝⇜⇝', '~'),
  ...all('↶↻▲△▴▵◬◭◮', '^'),
  ...all('↷↺▼▽▾▿', 'v'),
  ...all('▶▷▸▹►▻', '>'),
  ...all('◀◁◂◃◄◅', '<'),
  ...all(`${range(0x2580, 0x2593)}${range(0x25a0, 0x25b1)}◧◨◩◪◫${range(0x25f0, 0x25f7)}`, '#'),
  ...all(range(0x25c6, 0x25e6), '*'),
  ['╳', 'x'],
  ['◯', 'o'],
  ...all('♔', 'white king'),
  ...all('♕', 'white queen'),
  ...all('♖', 'white rook'),
  ...all('♗', 'white bishop'),
  ...all('♘', 'white knight'),
  ...all('♙', 'white pawn'),
  ...all('♚', 'black king'),
  ...all('♛', 'black queen'),
  ...all('♜', 'black rook'),
  ...all('♝', 'black bishop'),
  ...all('♞', 'black knight'),
  ...all('♟', 'black pawn'),
  ...all('♠♤', 'spades'),
  ...all('♡♥', 'hearts'),
  ...all('♢♦', 'diamonds'),
  ...all('♣♧', 'clubs'),
]

/** Letters above a letter, and marks that are written beside it. */
const marks = pairs('ͣ a ͤ e ͥ i ͦ o ͧ u ͨ c ͩ d ͪ h ͫ m ͬ r ͭ t ͮ v ͯ x')

const kana = ((): [string, string][] => {
  const rows = [
    ...[
      'ぁ a あ a ぃ i い i ぅ u う u ぇ e え e ぉ o お o か ka が ga き ki ぎ gi く ku ぐ gu け ke げ ge こ ko ご go',
    ],
    ...[
      'さ sa ざ za し shi じ zi す su ず zu せ se ぜ ze そ so ぞ zo た ta だ da ち chi ぢ di っ tsu つ tsu づ du て te で de',
    ],
    ...[
      'と to ど do な na に ni ぬ nu ね ne の no は ha ば ba ぱ pa ひ hi び bi ぴ pi ふ hu ぶ bu ぷ pu へ he べ be ぺ pe ほ ho',
    ],
    ...[
      'ぼ bo ぽ po ま ma み mi む mu め me も mo ゃ ya や ya ゅ yu ゆ yu ょ yo よ yo ら ra り ri る ru れ re ろ ro ゎ wa わ wa',
    ],
    ...['ゐ wi ゑ we を wo ん n ゔ vu'],
  ]
  const hiragana = pairs(rows.join(' '))
  const katakana = hiragana.map(([letter, reading]): [string, string] => [
    String.fromCharCode(letter.charCodeAt(0) + 0x60),
    reading,
  ])
  return [...hiragana, ...katakana, ...pairs('ヵ ka ヶ ke ヷ va ヸ vi ヹ ve ヺ vo')]
})()

/** The letters that Hangul syllables come apart into: first consonants, vowels, last consonants. An empty one is `.`. */
const hangul = ((): [string, string][] => {
  const first = 'g gg n d dd r m b bb s ss . j jj c k t p h'
  const vowels = 'a ae ya yae eo e yeo ye o wa wae oe yo u weo we wi yu eu yi i'
  const last = 'g gg gs n nj nh d l lg lm lb ls lt lp lh m b bs s ss ng j c k t p h'
  return Object.entries({ 4352: first, 4449: vowels, 4520: last }).flatMap(([from, readings]) =>
    readings.split(' ').map((reading, at): [string, string] => {
      return [String.fromCharCode(Number(from) + at), reading === '.' ? '' : reading]
    }),
  )
})()

export const transliterations: ReadonlyMap<string, string> = new Map(
  [latin, greek, cyrillic, hebrew, arabic, signs, spaced, shapes, marks, kana, hangul].flat(),
)
