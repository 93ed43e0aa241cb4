/** Server-sent events (HTML standard, section 9.2) from a stream of bytes: what EventSource does, but with headers of our own. */

export type StreamEvent = { readonly id: string | undefined; readonly kind: string; readonly data: string }

/** The longest event that is waited for; the server's are some kilobytes. */
const mostCharacters = 4 * 2 ** 20

/** Events as they become whole. A comment is none; an event that the end of the stream cuts off is none either. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent, void, undefined> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let fields = emptyFields()
  try {
    while (true) {
      const { done, value } = await reader.read()
      if (done) return
      text += decoder.decode(value, { stream: true })
      if (text.length > mostCharacters) throw new Error('an event is too long')
      // A carriage return at the very end may be the first half of a line break.
      const whole = text.endsWith('\r') ? text.slice(0, -1) : text
      const lines = whole.split(/\r\n|\r|\n/)
      text = `${lines.pop()!}${text.slice(whole.length)}`
      for (const line of lines) {
        if (line !== '') take(fields, line)
        else {
          const event = eventOf(fields)
          if (event !== undefined) yield event
          fields = emptyFields()
        }
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

type Fields = { id: string | undefined; kind: string; data: string[] }

const emptyFields = (): Fields => ({ id: undefined, kind: 'message', data: [] })

function take(fields: Fields, line: string): void {
  const colon = line.indexOf(':')
  const name = colon < 0 ? line : line.slice(0, colon)
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
  if (name === 'data') fields.data.push(value)
  if (name === 'event') fields.kind = value
  if (name === 'id' && !value.includes('\0')) fields.id = value
}

function eventOf({ id, kind, data }: Fields): StreamEvent | undefined {
  return data.length === 0 ? undefined : { id, kind, data: data.join('\n') }
}
