import { expect, test } from 'vitest'
import { aclSignature, isSameSignature, signed } from './aclSignature'

// The first two follow the formula that reproduces what mqadmin 5.3 signed on the wire.
test.each([
  ['values only', { AccessKey: 'ak', topic: 'T' }, undefined, 'vX6jW2Q9g11lvMjNC+gReuZ8fTQ='],
  [
    'upper case before lower case, body last',
    { b: 'T', AccessKey: 'ak', a: 'PG' },
    'hello',
    'zoEJYn0OPq4reNmhNQK+BmhfBLA='
  ],
  [
    'a signature that is there already is not signed',
    { AccessKey: 'ak', topic: 'T', Signature: 'old' },
    undefined,
    'vX6jW2Q9g11lvMjNC+gReuZ8fTQ='
  ]
])('%s', (_name, fields: Record<string, string>, body, expected) => {
  expect(aclSignature(fields, body === undefined ? undefined : Buffer.from(body), 'sk')).toBe(
    expected
  )
})

test('a signed request names its user and keeps its fields', () => {
  const fields = signed({ topic: 'T' }, undefined, { accessKey: 'ak', secretKey: 'sk' })
  expect(fields).toEqual({
    topic: 'T',
    AccessKey: 'ak',
    Signature: 'vX6jW2Q9g11lvMjNC+gReuZ8fTQ='
  })
})

test('a security token is signed too', () => {
  const credentials = { accessKey: 'ak', secretKey: 'sk', securityToken: 'token' }
  const fields = signed({ topic: 'T' }, undefined, credentials)
  expect(fields.SecurityToken).toBe('token')
  expect(fields.Signature).toBe(
    aclSignature({ AccessKey: 'ak', SecurityToken: 'token', topic: 'T' }, undefined, 'sk')
  )
  expect(fields.Signature).not.toBe('vX6jW2Q9g11lvMjNC+gReuZ8fTQ=')
})

test('signatures of other lengths are different, not an error', () => {
  expect(isSameSignature('abc', 'abcd')).toBe(false)
  expect(isSameSignature('abc', 'abd')).toBe(false)
  expect(isSameSignature('abc', 'abc')).toBe(true)
})
