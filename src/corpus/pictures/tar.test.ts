import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { limits } from './limits.ts'
import { Refused } from './refusal.ts'
import { tarMembers } from './tar.ts'
import { paxEntry, tarEntry, tarFile } from './testing/tar.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-tar-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** `name=content` of every member, then why reading ended, if not at the end. */
async function read(bytes: Uint8Array): Promise<string[]> {
  const path = join(folder, 'a.tar')
  writeFileSync(path, bytes)
  const found: string[] = []
  try {
    for await (const member of tarMembers(path)) {
      const content = member.kind === 'file' ? new TextDecoder().decode(await member.read()) : `(${member.kind})`
      found.push(`${member.name}=${content}`)
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    found.push(error.reason)
  }
  return found
}

const two = [
  { name: 'a.txt', content: 'a cat' },
  { name: 'b/c.bin', content: 'x'.repeat(1000) },
]
const twoRead = ['a.txt=a cat', `b/c.bin=${'x'.repeat(1000)}`]

describe('tarMembers', () => {
  it('reads plain and gzipped archives, also without their end', async () => {
    expect(await read(tarFile(two))).toEqual(twoRead)
    expect(await read(gzipSync(tarFile(two)))).toEqual(twoRead)
    expect(await read(new Uint8Array(Buffer.concat(two.map(tarEntry))))).toEqual(twoRead)
    expect(await read(new Uint8Array(0))).toEqual([])
  })

  it.skipIf(process.platform === 'win32')(
    'reads what another program writes, long names and links among it',
    async () => {
      const long = `${'d'.repeat(90)}/${'é'.repeat(60)}.txt`
      execFileSync('sh', ['-c', `mkdir -p in/${'d'.repeat(90)} && printf hi > in/${long} && ln -s a in/link`], {
        cwd: folder,
      })
      for (const format of ['gnu', 'pax', 'ustar']) {
        // ustar cannot hold the name: a shorter one there.
        const name = format === 'ustar' ? 'in/link' : 'in'
        execFileSync('tar', ['-c', `--format=${format}`, '-f', 'made.tar', name], { cwd: folder })
        const members: string[] = []
        for await (const member of tarMembers(join(folder, 'made.tar'))) {
          if (member.kind === 'file') members.push(`${member.name} ${new TextDecoder().decode(await member.read())}`)
          if (member.kind === 'link') members.push(`${member.name} link`)
        }
        expect(members.sort(), format).toEqual(
          format === 'ustar' ? ['in/link link'] : [`in/${long} hi`, 'in/link link'],
        )
      }
    },
  )

  it('gives members that nobody reads, and one half of them', async () => {
    writeFileSync(join(folder, 'b.tar'), tarFile(two))
    const names: string[] = []
    for await (const { name, size } of tarMembers(join(folder, 'b.tar'))) names.push(`${name} ${size}`)
    expect(names).toEqual(['a.txt 5', 'b/c.bin 1000'])
  })

  it('takes name and size of pax headers for the next member only', async () => {
    const entries = [paxEntry({ path: 'long/name.txt', mtime: '1.5' }), { name: 'short', content: 'x' }, two[0]!]
    expect(await read(tarFile(entries))).toEqual(['long/name.txt=x', 'a.txt=a cat'])
    // The size in its header is wrong, that of pax right.
    const sized = [paxEntry({ size: '5' }), { name: 's', content: 'hello', size: '00000000000\0' }, two[0]!]
    expect(await read(tarFile(sized))).toEqual(['s=hello', 'a.txt=a cat'])
  })

  it('gives links, folders and devices as what they are, nothing behind them', async () => {
    const entries = [
      { name: 'l', type: '2', linkTo: '/etc/passwd', size: '00000001000\0' },
      { name: 'h', type: '1', linkTo: 'a.txt' },
      { name: 'd', type: '5' },
      { name: 'p', type: '6' },
      { name: 'n', type: '3' },
      two[0]!,
    ]
    expect(await read(tarFile(entries))).toEqual([
      'l=(link)',
      'h=(link)',
      'd=(folder)',
      'p=(other)',
      'n=(other)',
      'a.txt=a cat',
    ])
  })

  it.each<[string, () => Uint8Array, string[]]>([
    [
      'cut short within a member',
      () => tarFile(two).subarray(0, 512 + 512 + 512 + 300),
      ['a.txt=a cat', 'bad-archive'],
    ],
    ['cut short within a header', () => tarFile(two).subarray(0, 1024 + 100), ['a.txt=a cat', 'bad-archive']],
    ['no archive', () => new TextEncoder().encode('x'.repeat(2000)), ['bad-archive']],
    ['a member larger than the file', () => tarFile([{ name: 'a', size: '77777777777\0' }]), ['bad-archive']],
    ['a size that is no number', () => tarFile([{ name: 'a', size: '0000000zz\0' }]), ['bad-archive']],
    ['a negative size', () => tarFile([{ name: 'a', size: '\xff'.repeat(12) }]), ['bad-archive']],
    ['a pax size that is none', () => tarFile([paxEntry({ size: '-1' }), two[0]!]), ['bad-archive']],
    ['a pax size without end', () => tarFile([paxEntry({ size: '1e30' }), two[0]!]), ['bad-archive']],
    ['a header of headers', () => tarFile([{ name: 'x', type: 'x', size: '00077777777\0' }]), ['bad-archive']],
    [
      'gzip that breaks off',
      () => gzipSync(tarFile([{ name: 'a', content: noise(90_000) }])).subarray(0, 600),
      ['bad-archive'],
    ],
  ])('ends where it is damaged: %s', async (_, bytes, expected) => {
    expect(await read(bytes())).toEqual(expected)
  })

  it('notices a header that was changed', async () => {
    const bytes = tarFile(two)
    bytes[3] = 65
    expect(await read(bytes)).toEqual(['bad-archive'])
  })

  it('does not unpack a bomb to its end', async () => {
    const bomb = gzipSync(Buffer.concat([tarEntry(two[0]!), Buffer.alloc(limits.archiveRatioFrom + (8 << 20), 1)]), {
      level: 9,
    })
    // After the first member comes what is no header; a member that claims it all is skipped, which unpacks it.
    expect(await read(bomb)).toEqual(['a.txt=a cat', 'bad-archive'])
    const size = `${(limits.archiveRatioFrom + (4 << 20)).toString(8).padStart(11, '0')}\0`
    const skipped = Buffer.concat([
      tarEntry({ name: 'zeros', type: '7', size }),
      Buffer.alloc(limits.archiveRatioFrom + (4 << 20)),
      tarFile(two),
    ])
    writeFileSync(join(folder, 'bomb.tgz'), gzipSync(skipped, { level: 9 }))
    const members = async () => {
      for await (const member of tarMembers(join(folder, 'bomb.tgz'))) expect(member.name).toBe('zeros')
    }
    await expect(members()).rejects.toMatchObject({ reason: 'bomb' })
  })
})

const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * i * 31 + i * 17) % 251)
