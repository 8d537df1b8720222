// The lines of official Java software that the suite knows; `../java/pom.xml` has their versions.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Of the repository; looked for, because the benchmark bundles this file to another place. */
export const root = (function rootAbove(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : rootAbove(dirname(folder))
})(import.meta.dirname)

export const clientLines = ['client-4.9', 'client-5.3'] as const
export type ClientLine = (typeof clientLines)[number]

/** Clients that speak gRPC, and the stock proxy. */
export type GrpcLine = 'client-grpc' | 'proxy-5.3'

export const serverLines = ['server-4.9', 'server-5.3', 'server-5.5'] as const
export type ServerLine = (typeof serverLines)[number]

export type Line = ClientLine | ServerLine | GrpcLine

/** `COMPAT_SERVER=server-4.9` runs the suite against a stock server instead of Gantry. */
export function stockServer(): ServerLine | undefined {
  const wanted = process.env['COMPAT_SERVER']
  if (!wanted) return undefined
  const line = serverLines.find((known) => known === wanted)
  if (!line) throw new Error(`COMPAT_SERVER=${wanted}: known are ${serverLines.join(', ')}`)
  return line
}

/** `COMPAT_PROXY=gantry`: ours before the stock cluster of `COMPAT_SERVER`. */
export const isProxyOurs = () =>
  stockServer() === undefined || process.env['COMPAT_PROXY'] === 'gantry'

/**
 * GET_TOPIC_CONFIG (351) and LITE_PULL_MESSAGE (361) came with 5.x, and 5.x clients use them
 * without asking: against a 4.9 server these calls fail by design.
 */
export const knows5xRequests = () => stockServer() !== 'server-4.9'

/** Whether the server under test answers a request: stock servers do, Gantry as its documentation says. */
export const isAnswered = (requestCode: string) =>
  stockServer() !== undefined ||
  !new RegExp(`\\| ${requestCode} +\\| \\w+ +\\| refused`).test(protocolDoc())

const protocolDoc = () => readFileSync(join(root, 'docs/PROTOCOL.md'), 'utf8')

/** Git-ignored; holds what Maven made, logs, and a ROCKETMQ_HOME. */
export const cache = join(root, '.cache/compat')

/** A JVM that is up soon; not the one to measure. */
const QUICK_START = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']

/** Flags and classpath of a JVM that runs this line's classes and our drivers. */
export function jvm(
  line: Line,
  properties: Record<string, string> = {},
  flags: readonly string[] = QUICK_START
) {
  const home = rocketmqHome()
  const all = { 'rocketmq.home.dir': home, 'user.home': home, ...properties }
  const classpath = readFileSync(join(cache, line, 'classpath'), 'utf8').trim()
  return [
    ...flags,
    ...Object.entries(all).map(([name, value]) => `-D${name}=${value}`),
    '-cp',
    `${join(cache, line, 'classes')}:${classpath}`
  ]
}

/** The least that the 4.9 line wants to find: log settings, and keys to sign with. */
function rocketmqHome(): string {
  const home = join(cache, 'home')
  mkdirSync(join(home, 'conf'), { recursive: true })
  for (const program of ['tools', 'namesrv', 'broker']) {
    const quiet = '<configuration><root level="ERROR"/></configuration>'
    writeFileSync(join(home, 'conf', `logback_${program}.xml`), quiet)
  }
  // As shipped: mqadmin signs its requests also where nobody asks for it.
  writeFileSync(join(home, 'conf/tools.yml'), 'accessKey: rocketmq2\nsecretKey: "12345678"\n')
  return home
}
