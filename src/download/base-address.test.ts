import { describe, expect, it } from 'vitest'
import { readBase } from './base-address.ts'

describe('readBase', () => {
  it.each([
    'https://example.org',
    'https://example.org/mirror/',
    'http://127.0.0.1:8080',
    'http://localhost/a',
    'http://[::1]:1',
  ])('takes %s', (text) => expect(readBase(text, '--mirror').href).toContain(text))
  it.each([
    '',
    'example.org',
    'http://example.org',
    'ftp://example.org',
    'file:///etc',
    'https://a:b@example.org',
    'https://example.org/?a=b',
    'https://example.org/#a',
    'http://127.0.0.1.example.org',
  ])('refuses "%s"', (text) => expect(() => readBase(text, '--mirror')).toThrow(/^--mirror cannot be/))
})
