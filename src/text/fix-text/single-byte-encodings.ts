/**
 * The single-byte encodings that UTF-8 is read in by mistake, in the order in which they are suspected. An upper half is the
 * characters of the bytes 80 to FF. Bytes that a Windows encoding leaves open stand for themselves, as browsers have it.
 */
export type SingleByteEncoding = {
  readonly name: string
  readonly byteOf: ReadonlyMap<string, number>
  /** A replacement character takes the place of byte 1A: something stood there, and it is lost what. */
  readonly lossy: boolean
}

const c1 = String.fromCharCode(...Array.from({ length: 32 }, (_, at) => 0x80 + at))
const upperLatin1 = String.fromCharCode(...Array.from({ length: 128 }, (_, at) => 0x80 + at))

export const windows1252 = [
  '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ\xa0¡¢£¤¥¦§¨©ª«¬\xad®¯°±²³´µ¶·¸¹º»¼½¾¿',
  'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ',
].join('')

const windows1251 = [
  'ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\x98™љ›њќћџ\xa0ЎўЈ¤Ґ¦§Ё©Є«¬\xad®Ї°±Ііґµ¶·ё№є»јЅѕї',
  'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя',
].join('')

const windows1250 = [
  '€\x81‚\x83„…†‡\x88‰Š‹ŚŤŽŹ\x90‘’“”•–—\x98™š›śťžź\xa0ˇ˘Ł¤Ą¦§¨©Ş«¬\xad®Ż°±˛ł´µ¶·¸ąş»Ľ˝ľż',
  'ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙',
].join('')

const windows1253 = [
  '€\x81‚ƒ„…†‡\x88‰\x8a‹\x8c\x8d\x8e\x8f\x90‘’“”•–—\x98™\x9a›\x9c\x9d\x9e\x9f\xa0΅Ά£¤¥¦§¨©ª«¬\xad®―°±²³΄µ¶·ΈΉΊ»Ό½ΎΏ',
  'ΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡÒΣΤΥΦΧΨΩΪΫάέήίΰαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώÿ',
].join('')

const windows1254 = [
  '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8d\x8e\x8f\x90‘’“”•–—˜™š›œ\x9d\x9eŸ\xa0¡¢£¤¥¦§¨©ª«¬\xad®¯°±²³´µ¶·¸¹º»¼½¾¿',
  'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏĞÑÒÓÔÕÖ×ØÙÚÛÜİŞßàáâãäåæçèéêëìíîïğñòóôõö÷øùúûüışÿ',
].join('')

const windows1257 = [
  '€\x81‚\x83„…†‡\x88‰\x8a‹\x8c¨ˇ¸\x90‘’“”•–—\x98™\x9a›\x9c¯˛\x9f\xa0¡¢£¤¥¦§Ø©Ŗ«¬\xad®Æ°±²³´µ¶·ø¹ŗ»¼½¾æ',
  'ĄĮĀĆÄÅĘĒČÉŹĖĢĶĪĻŠŃŅÓŌÕÖ×ŲŁŚŪÜŻŽßąįāćäåęēčéźėģķīļšńņóōõö÷ųłśūüżž˙',
].join('')

const iso88592 = [
  `${c1}\xa0Ą˘Ł¤ĽŚ§¨ŠŞŤŹ\xadŽŻ°ą˛ł´ľśˇ¸šşťź˝žż`,
  'ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙',
].join('')

const macRoman = [
  'ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø',
  '¿¡¬√ƒ≈∆«»…\xa0ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\uf8ffÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ',
].join('')

const cp437 = [
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐',
  '└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\xa0',
].join('')

/** Those in which bytes from 80 on look like letters of some language: upper halves that clues of mojibake come from. */
export const letterEncodings: readonly string[] = [
  upperLatin1,
  windows1252,
  windows1250,
  windows1251,
  windows1253,
  windows1254,
  windows1257,
]

export const singleByteEncodings: readonly SingleByteEncoding[] = [
  encoding('latin-1', upperLatin1, false),
  encoding('windows-1252', windows1252, true),
  encoding('windows-1251', windows1251, true),
  encoding('windows-1250', windows1250, true),
  encoding('windows-1253', windows1253, true),
  encoding('windows-1254', windows1254, true),
  encoding('windows-1257', windows1257, true),
  encoding('iso-8859-2', iso88592, false),
  encoding('macroman', macRoman, false),
  encoding('cp437', cp437, false),
]

function encoding(name: string, upper: string, lossy: boolean): SingleByteEncoding {
  const lower = Array.from({ length: 128 }, (_, byte) => String.fromCharCode(byte))
  if (lossy) lower[0x1a] = '\ufffd'
  return { name, lossy, byteOf: new Map([...lower, ...upper].map((character, byte) => [character, byte])) }
}

/** The bytes of a text, one character (U+0000 to U+00FF) each, or null where the encoding lacks one of its characters. */
export function encodeBytes(text: string, { byteOf }: SingleByteEncoding): string | null {
  let bytes = ''
  for (const character of text) {
    const byte = byteOf.get(character)
    if (byte === undefined) return null
    bytes += String.fromCharCode(byte)
  }
  return bytes
}
