import { describe, expect, test } from 'vitest'
import { Access } from './access'

const access = new Access({ token: 'secret-token', port: 8082 })

describe('Host', () => {
  test.each([
    ['127.0.0.1:8082', true],
    ['localhost:8082', true],
    ['LOCALHOST:8082', true],
    ['[::1]:8082', true],
    ['127.0.0.1:9999', false],
    ['127.0.0.1', false],
    ['evil.example:8082', false],
    ['127.0.0.1.evil.example:8082', false],
    [undefined, false]
  ])('%s: %s', (host, expected) => {
    expect(access.isOwnHost({ host })).toBe(expected)
  })
})

describe('Origin', () => {
  const host = '127.0.0.1:8082'
  test.each([
    ['http://127.0.0.1:8082', true],
    ['http://localhost:8082', false],
    ['https://127.0.0.1:8082', false],
    ['http://127.0.0.1:8083', false],
    ['http://evil.example', false],
    ['null', false],
    [undefined, false]
  ])('%s: %s', (origin, expected) => {
    expect(access.isOwnOrigin({ host, ...(origin !== undefined && { origin }) })).toBe(expected)
  })
})

describe('the token', () => {
  test.each([
    ['secret-token', true],
    ['secret-toke', false],
    ['secret-token-', false],
    ['', false],
    [null, false],
    [undefined, false]
  ])('%s: %s', (candidate, expected) => {
    expect(access.isToken(candidate)).toBe(expected)
  })

  test.each([
    ['gantry-8082=secret-token', true],
    ['a=b; gantry-8082=secret-token; c=d', true],
    ['gantry-8083=secret-token', false],
    ['gantry-8082=', false],
    ['secret-token', false],
    [undefined, false]
  ])('in the cookie %s: %s', (cookie, expected) => {
    expect(access.hasCookie(cookie === undefined ? {} : { cookie })).toBe(expected)
  })

  test('is set where scripts and other sites do not get it', () => {
    expect(access.setCookie).toBe('gantry-8082=secret-token; Path=/; HttpOnly; SameSite=Strict')
  })
})
