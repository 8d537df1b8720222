/** The key and certificate the proxy's port speaks TLS with. The one it makes itself is trusted by nobody. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import type { RealTime } from '../../base/clock'
import type { Disk } from '../../base/disk'
import type { Log } from '../../base/log'
import type { ProxyConfig } from '../proxyConfig'

export interface KeyPair {
  /** PEM. */
  key: string
  cert: string
}

const KEY_FILE = 'proxy.key'
const CERT_FILE = 'proxy.crt'

const DAY_MS = 86_400_000
const VALID_MS = 3650 * DAY_MS
/** Made valid from so long ago: clocks of machines differ. */
const SKEW_MS = DAY_MS
/** Made anew when it has no longer than this. */
const MIN_LEFT_MS = 7 * DAY_MS

/** Types of alternative names, as X.509 numbers them. */
const DNS_NAME = 2
const IP_ADDRESS = 7

interface Deps {
  clock: Pick<RealTime, 'wall'>
  disk: Disk
  log: Log
  /** Its own data folder, absolute. */
  folder: string
  config: Pick<ProxyConfig, 'tlsTestModeEnable' | 'tlsKeyPath' | 'tlsCertPath'>
}

/** Undefined: TLS is switched off. @throws Error when the configured files are no pair. */
export const configuredKeyPair = ({ disk, config }: Deps): KeyPair | undefined => {
  const { tlsKeyPath, tlsCertPath } = config
  if (tlsKeyPath === '' && tlsCertPath === '') return undefined
  try {
    return readPair(disk, tlsKeyPath, tlsCertPath)
  } catch (error) {
    const what = `tlsKeyPath ${tlsKeyPath || '(not given)'} and tlsCertPath ${tlsCertPath || '(not given)'}`
    throw new Error(`${what} are no key and certificate of one pair: ${(error as Error).message}`, {
      cause: error
    })
  }
}

/** The pair in the proxy's folder; where there is none to be used, a new one. @throws the disk's error. */
export const ownKeyPair = async (deps: Deps): Promise<KeyPair> => {
  const { clock, disk, log, folder } = deps
  const [keyPath, certPath] = [join(folder, KEY_FILE), join(folder, CERT_FILE)]
  if (disk.exists(keyPath) || disk.exists(certPath))
    try {
      const pair = readPair(disk, keyPath, certPath)
      const left = Date.parse(new X509Certificate(pair.cert).validTo) - clock.wall()
      if (left > MIN_LEFT_MS) return pair
      log.warn(`the certificate ${certPath} is about to expire or has, a new one is made`)
    } catch (error) {
      log.warn(`${keyPath} and ${certPath} cannot be used, new ones are made`, error)
    }
  const pair = await newKeyPair(clock.wall())
  disk.mkdirp(folder)
  // Torn in between, they are no pair and both are made anew.
  disk.replaceFile(keyPath, pair.key)
  disk.replaceFile(certPath, pair.cert)
  log.info(
    `made ${certPath} for TLS: it is self-signed and trusted by nobody, so clients that check certificates have to be given it`
  )
  return pair
}

const readPair = (disk: Disk, keyPath: string, certPath: string): KeyPair => {
  const key = disk.readFile(keyPath).toString('utf8')
  const cert = disk.readFile(certPath).toString('utf8')
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
    throw new Error('the key is not the certificate’s')
  return { key, cert }
}

const newKeyPair = async (now: number): Promise<KeyPair> => {
  // Some 200 ms of loading, which only those pay who speak TLS.
  const { generate } = await import('selfsigned')
  const pair = await generate([{ name: 'commonName', value: 'Gantry proxy' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - SKEW_MS),
    notAfterDate: new Date(now + VALID_MS),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: DNS_NAME, value: 'localhost' },
          { type: IP_ADDRESS, ip: '127.0.0.1' },
          { type: IP_ADDRESS, ip: '::1' }
        ]
      }
    ]
  })
  return { key: pair.private, cert: pair.cert }
}
