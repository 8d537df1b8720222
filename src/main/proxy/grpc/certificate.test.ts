import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ManualClock } from '../../base/clock'
import { nodeDisk } from '../../base/disk'
import { createLog } from '../../base/log'
import { readProxyConfig } from '../proxyConfig'
import { configuredKeyPair, ownKeyPair, type KeyPair } from './certificate'

let folder: string
let clock: ManualClock
let logged: string[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'certificate-'))
  clock = new ManualClock()
  logged = []
})
afterEach(() => rmSync(folder, { recursive: true }))

const deps = (properties = {}): Parameters<typeof ownKeyPair>[0] => ({
  ...{ clock, disk: nodeDisk, folder: join(folder, 'proxy') },
  log: createLog('test', clock, ({ message }) => logged.push(message)),
  config: readProxyConfig(properties)
})

const own = (): Promise<KeyPair> => ownKeyPair(deps())
const file = (name: string): string => join(folder, 'proxy', name)

test('it is made once, for this machine, and only its owner can read the key', async () => {
  const first = await own()
  expect(await own()).toEqual(first)
  const certificate = new X509Certificate(first.cert)
  expect(certificate.subjectAltName).toBe(
    'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1'
  )
  expect(statSync(file('proxy.key')).mode & 0o777).toBe(0o600)
  expect(logged).toEqual([expect.stringContaining('trusted by nobody')])
})

test.each<[string, () => void]>([
  ['a damaged certificate', () => writeFileSync(file('proxy.crt'), 'half a fi')],
  ['a damaged key', () => writeFileSync(file('proxy.key'), '')],
  ['a lost key', () => rmSync(file('proxy.key'))],
  ['an expired certificate', () => clock.advance(3650 * 86_400_000)]
])('%s is made anew, and said so', async (_what, harm) => {
  const first = await own()
  harm()
  const second = await own()
  expect(second.cert).not.toBe(first.cert)
  expect(await own()).toEqual(second)
  expect(Date.parse(new X509Certificate(second.cert).validTo)).toBeGreaterThan(clock.wall())
  expect(logged).toHaveLength(3)
})

test('a key of another certificate is none', async () => {
  await own()
  const key = readFileSync(file('proxy.key'))
  rmSync(file('proxy.key'))
  await own()
  writeFileSync(file('proxy.key'), key)
  const { cert, key: used } = await own()
  expect(used).not.toBe(String(key))
  expect(readFileSync(file('proxy.crt'), 'utf8')).toBe(cert)
})

test('configured files are used, and have to be a pair', async () => {
  const pair = await own()
  const paths = { tlsKeyPath: file('proxy.key'), tlsCertPath: file('proxy.crt') }
  expect(configuredKeyPair(deps(paths))).toEqual(pair)
  expect(() => configuredKeyPair(deps({ ...paths, tlsCertPath: '' }))).toThrow(/tlsCertPath/)
  expect(() => configuredKeyPair(deps({ ...paths, tlsKeyPath: file('none') }))).toThrow(/none/)
  expect(configuredKeyPair(deps())).toBeUndefined()
})
