import { expect, test } from 'vitest'
import { formOf, hasTooMany, newForm, testQueryOf, wrongAddress } from './connectionForm'

test.each([
  ['10.0.0.1:9876', undefined],
  ['a.example:9876;b.example:9876', undefined],
  ['[fd00::1]:9876, host_1:1\nlast:65535', undefined],
  ['host', 'host'],
  ['ok:9876;bad:70000', 'bad:70000'],
  ['fd00::1:9876', 'fd00::1:9876'],
  ['http://host:9876', 'http://host:9876'],
  ['host:0', 'host:0']
])('%j: the wrong one is %j', (text, wrong) => {
  expect(wrongAddress(text)).toBe(wrong)
})

test('what is typed becomes a list without doubles, and a secret only where one was typed', () => {
  const form = { ...newForm(), addresses: ' a:1; b:2 a:1', accessKey: ' reader ' }
  expect(testQueryOf(form)).toEqual({
    ...{ namesrvAddresses: ['a:1', 'b:2'], tls: 'off', accessKey: 'reader', vipChannel: false }
  })
  expect(testQueryOf({ ...form, number: 3, secretKey: 's' })).toMatchObject({
    ...{ number: 3, secretKey: 's' }
  })
  expect(testQueryOf(newForm())).toBeUndefined()
  expect(testQueryOf({ ...form, addresses: 'nowhere' })).toBeUndefined()
})

test('more nameservers than the engine takes are not sent', () => {
  const addresses = Array.from({ length: 17 }, (_, i) => `host:${i + 1}`).join(';')
  expect(hasTooMany(addresses)).toBe(true)
  expect(testQueryOf({ ...newForm(), addresses })).toBeUndefined()
})

test('a saved one is edited without its secret', () => {
  const saved = {
    ...{ number: 2, name: 'N', namesrvAddresses: ['a:1', 'b:2'], tls: 'any' as const },
    ...{ accessKey: 'k', hasSecret: true, vipChannel: true }
  }
  expect(formOf(saved)).toEqual({
    ...{ number: 2, name: 'N', addresses: 'a:1;b:2', tls: 'any', accessKey: 'k' },
    ...{ secretKey: '', vipChannel: true }
  })
})
