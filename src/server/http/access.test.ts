import { describe, expect, it } from 'vitest'
import { type Access, addressOf, checkHost, checkOrigin, checkToken, isLoopback, readTokens } from './access.ts'

const access: Access = { tokens: new Map(), names: ['neuf.example.org'], origins: ['https://pages.example.org'] }

describe('hosts', () => {
  it.each([
    'localhost',
    'LOCALHOST:8123',
    '127.0.0.1:8123',
    '192.168.1.20',
    '[::1]:8123',
    '[fe80::1]',
    'neuf.example.org',
    'Neuf.Example.org:443',
  ])('answers to %s', (host) => expect(() => checkHost(host, access)).not.toThrow())

  // Names that their owners can point at this machine, and what is no host at all.
  it.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example:8123',
    '127.0.0.1.evil.example',
    '127.0.0.1:8123:1',
    '127.0.0.1@evil.example',
    'sub.neuf.example.org',
    '[::1',
    '0x7f.1',
    'localhost ',
  ])('refuses %s', (host) => expect(() => checkHost(host, access)).toThrow(/does not answer/))
})

describe('origins', () => {
  const check = (headers: Record<string, string>, method = 'POST') => checkOrigin(new Headers(headers), method, access)

  it('lets in what is no browser, own pages, and pages that were allowed', () => {
    expect(check({ host: '127.0.0.1:8123' })).toBe(undefined)
    expect(check({ host: '127.0.0.1:8123', origin: 'http://127.0.0.1:8123' })).toBe(undefined)
    expect(check({ host: 'neuf.example.org', origin: 'https://neuf.example.org' })).toBe(undefined)
    expect(check({ host: 'localhost', origin: 'https://pages.example.org' })).toBe('https://pages.example.org')
    expect(check({ host: 'localhost', 'sec-fetch-site': 'cross-site' }, 'GET')).toBe(undefined)
  })

  it('takes pages of the public URL for its own, also where a proxy names another host', () => {
    const headers = new Headers({ host: '127.0.0.1:8123', origin: 'https://neuf.example.org' })
    expect(() => checkOrigin(headers, 'POST', access)).toThrow(/may not use/)
    const known: Access = { ...access, publicUrl: 'https://neuf.example.org' }
    expect(checkOrigin(headers, 'POST', known)).toBe(undefined)
    for (const origin of ['http://neuf.example.org', 'https://neuf.example.org:8443', 'https://www.neuf.example.org']) {
      const other = new Headers({ host: '127.0.0.1:8123', origin })
      expect(() => checkOrigin(other, 'POST', known), origin).toThrow(/may not use/)
    }
  })

  it.each([
    [{ host: '127.0.0.1:8123', origin: 'https://evil.example' }],
    [{ host: '127.0.0.1:8123', origin: 'http://127.0.0.1:9999' }],
    [{ host: '127.0.0.1:8123', origin: 'null' }],
    [{ host: '127.0.0.1:8123', origin: 'http://127.0.0.1:8123.evil.example' }],
    [{ host: 'localhost', origin: 'https://pages.example.org.evil.example' }],
    [{ host: 'localhost', 'sec-fetch-site': 'cross-site' }],
    [{ host: 'localhost', 'sec-fetch-site': 'same-site' }],
  ])('refuses %j', (headers) => expect(() => check(headers)).toThrow(/may not use/))
})

describe('tokens', () => {
  const tokens = readTokens('ann=0123456789abcdef, bob=fedcba9876543210')

  it('knows holders by their secrets', () => {
    expect(checkToken('Bearer 0123456789abcdef', { ...access, tokens })).toBe('ann')
    expect(checkToken('bearer  fedcba9876543210', { ...access, tokens })).toBe('bob')
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
    expect(checkToken(basic('whoever:fedcba9876543210'), { ...access, tokens })).toBe('bob')
    expect(checkToken(basic(':0123456789abcdef'), { ...access, tokens })).toBe('ann')
    expect(checkToken(undefined, access)).toBe('local')
  })

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer 0123456789abcde',
    'Basic 0123456789abcdef',
    'Basic',
    `Basic ${btoa('ann:')}`,
    `Basic ${btoa('0123456789abcdef:')}`,
    `Basic ${btoa('ann:0123456789abcdef:')}`,
    'ann',
    'Bearer ann',
  ])('refuses %j', (header) => expect(() => checkToken(header, { ...access, tokens })).toThrow(/wants a token/))

  it.each([
    'short',
    'ann=short',
    'ann=0123456789abcdef,ann=0123456789abcdef',
    '0123456789abcdef,0123456789abcdef',
    'with a space in it',
  ])('takes no %j for tokens, and does not print it', (text) => {
    expect(() => readTokens(text)).toThrow(/NEUF_TOKEN/)
    expect(() => readTokens(text)).not.toThrow(/0123456789abcdef/)
  })
})

describe('addresses', () => {
  it('counts a household as one client', () => {
    expect(addressOf('::ffff:192.168.1.4')).toBe('192.168.1.4')
    expect(addressOf('2001:db8:1:2:aaaa:bbbb:cccc:dddd')).toBe('2001:db8:1:2::/64')
    expect(addressOf('2001:db8:1:2::9')).toBe('2001:db8:1:2::/64')
    expect(addressOf('::1')).toBe('0:0:0:0::/64')
    expect(addressOf('fe80::1%eth0')).toBe('fe80:0:0:0::/64')
    expect(addressOf(undefined)).toBe('unknown')
  })

  it('knows which only this machine can reach', () => {
    expect(['127.0.0.1', '127.8.8.8', '::1', 'localhost'].every(isLoopback)).toBe(true)
    expect(['0.0.0.0', '::', '192.168.1.4', '127.example.org', ''].some(isLoopback)).toBe(false)
  })
})
