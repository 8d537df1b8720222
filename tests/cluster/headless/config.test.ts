/** Configuration by the window, by files and over the wire, against real nodes; a kill and a restart keep it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ManualClock } from '../../../src/main/base/clock'
import { silentLog } from '../../../src/main/base/log'
import { RequestCode } from '../../../src/main/protocol/codes/requestCode'
import { ResponseCode } from '../../../src/main/protocol/codes/responseCode'
import { parsePropertiesText } from '../../../src/main/protocol/bodies/propertiesText'
import { RemotingClient } from '../../../src/main/remoting/client'
import { startHeadless, type Headless } from '../../headless'
import { until } from '../client/cluster'
import { ConsoleSocket } from './consoleSocket'

const BROKER = 'broker-a:0'
const dataDir = mkdtempSync(join(tmpdir(), 'gantry-'))
const client = new RemotingClient({ clock: new ManualClock(), log: silentLog })
let headless: Headless
let window: ConsoleSocket
let namesrv: string

const open = async (): Promise<void> => {
  headless = await startHeadless({ dataDir })
  window = await ConsoleSocket.open(headless.ready.console)
  namesrv = (await window.call('cluster.view')).nameservers[0]!.id
}
const kinds = {
  broker: [RequestCode.UPDATE_BROKER_CONFIG, RequestCode.GET_BROKER_CONFIG],
  namesrv: [RequestCode.UPDATE_NAMESRV_CONFIG, RequestCode.GET_NAMESRV_CONFIG]
} as const
type Kind = keyof typeof kinds
const idOf = (kind: Kind): string => (kind === 'broker' ? BROKER : namesrv)
const ask = (kind: Kind, code: number, text = '') => {
  const { brokers, namesrv } = headless.ready
  const address = kind === 'broker' ? brokers[0]!.address : namesrv[0]!
  return client.invoke(address, { code, extFields: {}, body: Buffer.from(text) }, 60_000)
}
const update = (kind: Kind, text: string) => ask(kind, kinds[kind][0], text)
const texts = async (kind: Kind) =>
  parsePropertiesText((await ask(kind, kinds[kind][1])).body?.toString() ?? '')
const property = async (kind: Kind, key: string) =>
  (await window.call('config.view', { id: idOf(kind) })).properties.find((p) => p.key === key)
const newest = async (kind: Kind) => (await window.call('config.history', { id: idOf(kind) }))[0]

beforeAll(open)
afterAll(async () => {
  client.close()
  await headless.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

describe.each([
  ['broker', 'regionId=R2', 'regionId', 'defaultTopicQueueNums', '4', 'sendMessageThreadPoolNums'],
  ['namesrv', 'enableTopicList=false', 'enableTopicList', 'scanNotActiveBrokerInterval', '1000', 'clientRequestThreadPoolNums'] // prettier-ignore
] as const)('of a %s over the wire', (kind, hotLine, hotKey, coldKey, coldValue, inertKey) => {
  test('hot keys act at once and are a version of the wire', async () => {
    expect(await update(kind, hotLine)).toMatchObject({ code: ResponseCode.SUCCESS })
    expect(`${hotKey}=${(await texts(kind)).get(hotKey)}`).toBe(hotLine)
    const version = await until(
      () => newest(kind),
      (found) => found?.by === 'wire'
    )
    expect(version?.changes.map(({ key }) => key)).toEqual([hotKey])
  })

  test('cold keys wait for the next start, and survive it', async () => {
    expect(await update(kind, `${coldKey}=${coldValue}`)).toMatchObject({ code: 0 })
    expect((await texts(kind)).get(coldKey)).toBe(coldValue)
    const waiting = await until(
      () => property(kind, coldKey),
      (found) => found?.value === coldValue
    )
    expect(waiting?.runningValue).not.toBe(coldValue)
    await window.call('node.restart', { id: idOf(kind) })
    expect((await property(kind, coldKey))?.runningValue).toBe(coldValue)
  })

  test('keys without effect here are kept, whatever is started again', async () => {
    expect(await update(kind, `${inertKey}=3`)).toMatchObject({ code: 0 })
    await until(
      () => property(kind, inertKey),
      (found) => found?.value === '3'
    )
    await window.call('node.restart', { id: idOf(kind) })
    expect((await texts(kind)).get(inertKey)).toBe('3')
  })

  test.each([
    ['unknown', 'noSuchThing=1', ResponseCode.SYSTEM_ERROR],
    ['of the black list', 'configBlackList=x', ResponseCode.NO_PERMISSION],
    ['of the cluster', 'listenPort=1', ResponseCode.NO_PERMISSION],
    ['of no such value', `${coldKey}=x`, ResponseCode.SYSTEM_ERROR]
  ])('with a key %s nothing is changed', async (_name, line, code) => {
    const before = await texts(kind)
    expect(await update(kind, `${inertKey}=9\n${line}`)).toMatchObject({ code })
    expect(await texts(kind)).toEqual(before)
  })
})

describe('a file', () => {
  const text = (more: string): string => `# from production\nbrokerName = other\n${more}`

  test('is told what each line comes to before it is saved', async () => {
    const { lines } = await window.call('config.check', {
      id: BROKER,
      text: text('maxMessageSize=2048\nuseEpollNativeSelector=true\nmaxMesageSize=1\n')
    })
    expect(lines.map(({ line, verdict }) => [line, verdict])).toEqual([
      [2, 'decided'],
      [3, 'honoured'],
      [4, 'inert'],
      [5, 'unknown']
    ])
  })

  test('acts where it can and says what waits; undone, all is as before', async () => {
    const before = (await newest('broker'))!.version
    const saved = await window.call('config.saveText', {
      id: BROKER,
      text: text('maxMessageSize=2048\nmappedFileSizeCommitLog=1048576\n'),
      by: 'import'
    })
    expect(saved.applied).toContain('maxMessageSize')
    expect(saved.waiting).toEqual(['defaultTopicQueueNums', 'mappedFileSizeCommitLog'])
    expect((await texts('broker')).get('maxMessageSize')).toBe('2048')
    expect((await texts('broker')).get('sendMessageThreadPoolNums')).toBe('4')
    expect(saved.view.text).toContain('# from production\nbrokerName = broker-a\n')
    expect(await newest('broker')).toMatchObject({ by: 'import' })

    const undone = await window.call('config.restore', { id: BROKER, version: before })
    expect(undone.waiting).toEqual([])
    expect((await texts('broker')).get('maxMessageSize')).toBe(String(4 * 2 ** 20))
    expect((await texts('broker')).get('sendMessageThreadPoolNums')).toBe('3')
    expect(await newest('broker')).toMatchObject({ by: 'undo' })
  })

  test('with a refused line is not saved', async () => {
    const before = await newest('broker')
    const outcome = await window.ask('config.saveText', { id: BROKER, text: 'regionId=R9\nzzz=1' })
    expect(outcome).toMatchObject({
      error: { code: 'CONFIG_REFUSED', params: { line: 2, key: 'zzz', count: 1 } }
    })
    expect(await newest('broker')).toEqual(before)
  })
})

test('a nameserver that is stopped is configured for its next start', async () => {
  await window.call('node.stop', { id: namesrv })
  const saved = await window.call('config.save', {
    id: namesrv,
    properties: { enableTopicList: null, waitSecondsForService: '7' }
  })
  expect([saved.applied, saved.waiting]).toEqual([[], []])
  await window.call('node.start', { id: namesrv })
  const all = await texts('namesrv')
  expect([all.get('enableTopicList'), all.get('waitSecondsForService')]).toEqual(['true', '7'])
})

test('history and values survive a kill -9', async () => {
  const history = await window.call('config.history', { id: BROKER })
  const { text } = await window.call('config.view', { id: BROKER })
  await headless.kill()
  await open()
  expect(await window.call('config.history', { id: BROKER })).toEqual(history)
  const settings = (from: string) => from.replace(/^(listenPort|namesrvAddr).*$/gm, '')
  const again = await window.call('config.view', { id: BROKER })
  expect(settings(again.text)).toBe(settings(text))
  expect((await texts('broker')).get('sendMessageThreadPoolNums')).toBe('3')
  expect((await texts('namesrv')).get('waitSecondsForService')).toBe('7')
})
