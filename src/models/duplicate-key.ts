/**
 * The first key that an object of a JSON text has twice, or undefined. JSON.parse cannot tell: it keeps the last one.
 * @param json a text that JSON.parse accepts
 */
export function duplicateKey(json: string): string | undefined {
  const objects: (Set<string> | undefined)[] = []
  // In JSON everything that is not a string is free of quotes, so strings can be found before structure.
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"\s*:?|[{}[\]]/gs)) {
    if (token === '{') objects.push(new Set())
    else if (token === '[') objects.push(undefined)
    else if (token === '}' || token === ']') objects.pop()
    else if (token.endsWith(':')) {
      const key = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)) as string
      const keys = objects.at(-1)
      if (keys?.has(key)) return key
      keys?.add(key)
    }
  }
  return undefined
}
