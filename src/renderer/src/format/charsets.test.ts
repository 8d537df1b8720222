import { expect, test } from 'vitest'
import { detectCharset, textIn, type Charset } from './charsets'

const hex = (digits: string) => Uint8Array.from(Buffer.from(digits.replace(/\s/g, ''), 'hex'))
const utf16 = (text: string) => Uint8Array.from(Buffer.from(text, 'utf16le'))

// Bytes as `iconv` writes them, not as our own decoder would.
test.each<[Charset, string, Uint8Array]>([
  ['utf-8', '订单已创建', Uint8Array.from(Buffer.from('订单已创建'))],
  ['gb18030', '订单已创建', hex('B6A9 B5A5 D2D1 B4B4 BDA8')],
  ['gb18030', '{"id":1,"name":"商品"}', hex('7B226964223A312C226E616D65223A22 C9CC C6B7 227D')],
  ['big5', '訂單已建立', hex('ADAB B3E6 A477 ABD8 A5DF'.replace('ADAB', 'AD71'))],
  ['shift_jis', 'こんにちは', hex('82B1 82F1 82C9 82BF 82CD')],
  ['utf-16le', 'order', utf16('order')],
  ['utf-16be', 'order', hex('006F 0072 0064 0065 0072')]
])('%s is told: %s', (charset, text, bytes) => {
  expect(detectCharset(bytes)).toBe(charset)
  expect(textIn(bytes, charset)).toBe(text)
})

test.each([
  ['a picture', hex('89504E470D0A1A0A0000000D49484452')],
  ['zeros', new Uint8Array(64)],
  ['every byte', Uint8Array.from({ length: 256 }, (_, i) => i)]
])('%s is no text', (_name, bytes) => {
  expect(detectCharset(bytes)).toBeUndefined()
})
