/** The imports of a TypeScript file, found without a parser: enough for files that the compiler accepts. */

export type Import = {
  /** The module as written, or undefined when it is computed (`import(name)`). */
  readonly from: string | undefined
  /** `type` when nothing of it is left at run time. */
  readonly kind: 'value' | 'type' | 'dynamic'
  /** Counted from 1. */
  readonly line: number
}

/** Every import, re-export and dynamic import of a source text, in order. */
export function findImports(source: string): Import[] {
  const { code, strings } = withoutText(source)
  const found: (Import & { at: number })[] = []
  const add = (at: number, quote: number | undefined, kind: Import['kind']) => {
    const from = quote === undefined ? undefined : strings.get(quote)
    found.push({ from, kind, line: source.slice(0, at).split('\n').length, at })
  }
  // `import x from "`, `import "`, `export { x } from "`: no quote, semicolon or parenthesis between the words.
  for (const match of code.matchAll(/(?<![\w$.])(import|export)\b(?!\s*[.(])([^'"`;()=]*)(?=['"])/g)) {
    const [whole, word = '', clause = ''] = match
    const bare = clause.trim() === ''
    if (bare ? word === 'export' : !/\bfrom\s*$/.test(clause)) continue
    add(match.index, match.index + whole.length, isTypeOnly(clause) ? 'type' : 'value')
  }
  for (const match of code.matchAll(/(?<![\w$.])(typeof\s+)?(?:import|require)\s*\(\s*(['"])?/g)) {
    const quote = match[2] === undefined ? undefined : match.index + match[0].length - 1
    add(match.index, quote, match[1] === undefined ? 'dynamic' : 'type')
  }
  return found.sort((a, b) => a.at - b.at).map(({ from, kind, line }) => ({ from, kind, line }))
}

/** `type { A } from`, `{ type A, type B } from`; `{}` and a default name are values. */
function isTypeOnly(clause: string): boolean {
  if (/^\s*type\s+(?!from\b)/.test(clause)) return true
  const names = /^\s*\{([^}]*)\}\s*from\s*$/.exec(clause)?.[1]
  const parts = (names ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  return parts.length > 0 && parts.every((part) => /^type\s/.test(part))
}

/**
 * The code with the insides of comments, strings, templates and regular expressions blanked, every other character in
 * its place; and the strings by the place of their opening quote.
 */
function withoutText(source: string): { code: string; strings: Map<number, string> } {
  const strings = new Map<number, string>()
  let code = ''
  let at = 0
  // For each open `${`, how many braces are open inside of it.
  const templates: number[] = []
  const blank = (end: number) => {
    code += source.slice(at, end).replace(/[^\n]/g, ' ')
    at = end
  }
  const template = () => {
    // Stands behind the opening backtick or the brace that closes a `${`.
    const rest = /(?:\\[\s\S]|\$(?!\{)|[^\\$`])*/y
    rest.lastIndex = at
    rest.exec(source)
    blank(rest.lastIndex)
    if (source.startsWith('${', at)) {
      templates.push(0)
      blank(at + 2)
    } else blank(Math.min(at + 1, source.length))
  }
  const sticky = (pattern: RegExp) => {
    pattern.lastIndex = at
    return pattern.exec(source)?.[0]
  }
  while (at < source.length) {
    const character = source[at]!
    const comment = character === '/' ? sticky(/\/\/[^\n]*|\/\*[\s\S]*?\*\//y) : undefined
    const text = character === '"' || character === "'" ? sticky(/(["'])(?:\\[\s\S]|(?!\1)[^\\\n])*\1/y) : undefined
    const expression =
      character === '/' && comment === undefined && startsExpression(code)
        ? sticky(/\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/\w*/y)
        : undefined
    if (comment !== undefined) blank(at + comment.length)
    else if (expression !== undefined) blank(at + expression.length)
    else if (text !== undefined) {
      strings.set(at, text.slice(1, -1))
      code += `${character}${' '.repeat(text.length - 2)}${character}`
      at += text.length
    } else if (character === '`') {
      blank(at + 1)
      template()
    } else if (character === '}' && templates.at(-1) === 0) {
      templates.pop()
      blank(at + 1)
      template()
    } else {
      if (templates.length > 0 && character === '{') templates[templates.length - 1]!++
      if (templates.length > 0 && character === '}') templates[templates.length - 1]!--
      code += character
      at++
    }
  }
  return { code, strings }
}

/** Whether a slash here begins a regular expression: after an operator, an opening bracket, or one of a few words. */
function startsExpression(before: string): boolean {
  const end = before.slice(-40).trimEnd()
  return (
    end === '' || /[=(,:;!&|?{}[+\-*%<>~^]$/.test(end) || /\b(?:return|typeof|case|in|of|await|yield|else)$/.test(end)
  )
}
