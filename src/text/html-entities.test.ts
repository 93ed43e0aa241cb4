import { describe, expect, it } from 'vitest'
import { unescapeHtml } from './html-entities.ts'

describe('unescapeHtml', () => {
  it.each([
    ['&lt;b&gt; &amp;amp; &quot;', '<b> &amp; "'],
    ['&eacute;&Eacute;&copy&hellip;&NotEqualTilde;', 'éÉ©…≂̸'],
    // An old name needs no semicolon, and may have other letters behind it.
    ['&notit; &ampx &amp', '¬it; &x &'],
    ['&hellip &nosuch; & &; &#; &#x;', '&hellip &nosuch; & &; &#; &#x;'],
    ['&#65;&#x42;&#X43&#128512;', 'ABC😀'],
    ['&#0; &#xD800; &#x110000; &#99999999999999999999;', '\ufffd \ufffd \ufffd \ufffd'],
    ['&#128;&#x9f;&#13;', '€Ÿ\r'],
    ['a&#1;&#x0b;&#127;&#xfdd0;&#x1ffff;b', 'ab'],
    ['', ''],
  ])('%j', (text, expected) => {
    expect(unescapeHtml(text)).toBe(expected)
  })
})
