/** Emoji as words, the way of the Python package emoji 1.7 (`demojize`): `🦘` becomes `:kangaroo:`. */
import tables from './emoji-names.json' with { type: 'json' }

const tones: ReadonlyMap<string, string> = new Map([
  ['\u{1f3fb}', 'light'],
  ['\u{1f3fc}', 'medium-light'],
  ['\u{1f3fd}', 'medium'],
  ['\u{1f3fe}', 'medium-dark'],
  ['\u{1f3ff}', 'dark'],
])

/** Stands for a skin tone in the tables. */
const slot = '\u{1f3fb}'
const selector = '\ufe0f'

/** A tree of characters. `name` is there where an emoji ends. */
type Node = { readonly next: Map<string, Node>; name?: string }

let tree: Node | undefined

/**
 * Writes every emoji as its name between colons, and leaves out variation selectors elsewhere. The longest row of characters
 * that begins an emoji is taken, and where that row is none, its first character stays as it is.
 */
export function nameEmoji(text: string): string {
  if (/^\p{ASCII}*$/u.test(text)) return text
  tree ??= buildTree()
  const characters = Array.from(text)
  let out = ''
  for (let at = 0; at < characters.length; at++) {
    let node = tree
    let end = at
    for (let next = node.next.get(characters[end]!); next !== undefined; next = node.next.get(characters[end]!)) {
      node = next
      if (++end === characters.length) break
    }
    if (node.name !== undefined) {
      out += `:${node.name}:`
      at = end - 1
    } else if (!/^[\ufe0e\ufe0f]$/.test(characters[at]!)) out += characters[at]
  }
  return out
}

function buildTree(): Node {
  const root: Node = { next: new Map() }
  const add = (characters: readonly string[], name: string) => {
    addBelow(root, characters, 0, name)
  }
  for (const [emoji, name] of pairs(tables.plain)) add(Array.from(emoji), name)
  for (const [pattern, name] of pairs(tables.toned)) {
    for (const tone of tones.keys()) add(withTones(pattern, [tone]), name + toneNames([tone]))
  }
  for (const [pattern, name] of pairs([...tables.twoTones, ...tables.twoDifferentTones])) {
    const anyTwo = tables.twoTones.includes(`${pattern} ${name}`)
    for (const first of tones.keys()) {
      for (const second of tones.keys()) {
        if (anyTwo || first !== second) add(withTones(pattern, [first, second]), name + toneNames([first, second]))
      }
    }
  }
  return root
}

/** An emoji may be written without any of its variation selectors. */
function addBelow(node: Node, characters: readonly string[], at: number, name: string): void {
  const character = characters[at]
  if (character === undefined) {
    node.name = name
    return
  }
  if (character === selector) addBelow(node, characters, at + 1, name)
  const next = node.next.get(character) ?? { next: new Map() }
  node.next.set(character, next)
  addBelow(next, characters, at + 1, name)
}

const pairs = (lines: readonly string[]): [string, string][] => lines.map((line) => line.split(' ') as [string, string])

function withTones(pattern: string, given: readonly string[]): string[] {
  let used = 0
  return Array.from(pattern, (character) => (character === slot ? given[used++]! : character))
}

/** Of two equal tones, one is named. */
const toneNames = (given: readonly string[]): string =>
  Array.from(new Set(given), (tone) => `_${tones.get(tone)}_skin_tone`).join('')
