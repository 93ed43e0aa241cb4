import { describe, expect, it } from 'vitest'
import { limits } from './limits.ts'
import { Refused } from './refusal.ts'
import { separatedRows } from './separated.ts'

const rows = (text: string) =>
  [...separatedRows(text)].map(({ row }) => (row instanceof Refused ? row.reason : Object.values(row).join('|')))

describe('separatedRows', () => {
  it.each<[string, string, string[]]>([
    ['commas', 'file,text\na.png,a cat\nb.png,a dog\n', ['a.png|a cat', 'b.png|a dog']],
    ['no last line end', 'file,text\na.png,a cat', ['a.png|a cat']],
    ['line ends of Windows', 'file,text\r\na.png,a cat\r\n', ['a.png|a cat']],
    ['tabulators', 'file\ttext\na.png\ta cat, red\n', ['a.png|a cat, red']],
    ['semicolons', 'file;text\na.png;a cat, red\n', ['a.png|a cat, red']],
    ['quotation marks', 'file,text\n"a.png","a ""red"" cat, big"\n', ['a.png|a "red" cat, big']],
    ['a line end within a field', 'file,text\na.png,"a\nb"\nb.png,c\n', ['a.png|a\nb', 'b.png|c']],
    ['empty fields', 'a,b,c\n,,\n"",x,\n', ['||', '|x|']],
    ['empty lines', 'file,text\n\n\na.png,x\n\n', ['a.png|x']],
    ['a quotation mark within a word', 'file,text\na.png,6" nails\n', ['a.png|6" nails']],
    ['a name with separators', '"file;x",text\na,b\n', ['a|b']],
  ])('reads %s', (_, text, expected) => {
    expect(rows(text)).toEqual(expected)
  })

  it('refuses a row alone, not those after it', () => {
    expect(rows('file,text\na.png\nb.png,x,y\nc.png,z\n')).toEqual(['bad-row', 'bad-row', 'c.png|z'])
    expect(rows(`file,text\na.png,"open\n${'x'.repeat(limits.fieldLength)}\n`)).toEqual(['bad-row', 'bad-row'])
    expect(rows('file,text\na.png,"open\n').at(-1)).toBe('bad-row')
  })

  it('refuses a table without a sound header', () => {
    for (const text of ['', '"open', 'a,a\n1,2\n', `${'x,'.repeat(2000)}y\n`]) {
      expect(() => rows(text), text.slice(0, 20)).toThrow(Refused)
    }
  })

  it('gives back what was written, whatever is in it', () => {
    const signs = ['a', 'é', '"', ',', '\n', '\r\n', ' ', ';', '\t', '']
    const quote = (field: string) => `"${field.replaceAll('"', '""')}"`
    for (let k = 0; k < 500; k++) {
      const field = (n: number) => [0, 1, 2].map((i) => signs[(k * 7 + n * 3 + i * (k % 11)) % signs.length]).join('')
      const values = [field(0), field(1), field(2)]
      const [found] = [...separatedRows(`x,y,z\n${values.map(quote).join(',')}\n`)]
      expect(Object.values(found!.row)).toEqual(values)
    }
  })
})
