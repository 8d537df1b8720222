/** What official brokers and clients really sent, sent again to our nameserver. */
import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { decodeFrame, FrameDecoder } from '../../../src/main/protocol/frame'
import { parseJson } from '../../../src/main/protocol/bodies/rocketmqJson'
import type { RemotingCommand } from '../../../src/main/protocol/remotingCommand'
import { loadHex } from '../../fixtures/load'
import { nameserver } from './nameservers'

const frame = (name: string): Buffer => loadHex(`frames/${name}.hex`)
const recorded = (name: string): RemotingCommand => decodeFrame(frame(name).subarray(4))

/** Sends recorded bytes, one frame after the other, and resolves with each answer. */
const talk = async (port: number): Promise<(name: string) => Promise<RemotingCommand>> => {
  const socket: Socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  const decoder = new FrameDecoder()
  let waiting: ((command: RemotingCommand) => void) | undefined
  socket.on('data', (chunk) => {
    for (const bytes of decoder.push(chunk)) waiting?.(decodeFrame(bytes))
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  return (name) =>
    new Promise((resolve) => {
      waiting = resolve
      socket.write(frame(name))
    })
}

const bodyOf = (command: RemotingCommand): string => command.body?.toString('utf8') ?? ''

test.each([
  'REGISTER_BROKER-compressed.java498.json.request',
  'REGISTER_BROKER.java498.json.request',
  'REGISTER_BROKER.java53x.json.request'
])('%s makes the broker known', async (registration) => {
  const ask = await talk((await nameserver()).port)
  expect(await ask(registration)).toMatchObject({ code: 0, flag: 1, extFields: {} })
  const cluster = await ask('GET_BROKER_CLUSTER_INFO.java53x.json.request')
  const expected = recorded('GET_BROKER_CLUSTER_INFO.java53x.json.response')
  expect(parseJson(bodyOf(cluster))).toEqual(parseJson(bodyOf(expected)))
})

test.each([
  ['java498.json', 'java53x.json'],
  ['java53x.json', 'java53x.json'],
  ['java498.rocketmq', 'java53x.json'],
  ['java53x.rocketmq', 'java53x.json']
])(
  'a route asked by %s has the body of the 5.3 nameserver, byte for byte',
  async (client, like) => {
    const ask = await talk((await nameserver()).port)
    await ask('REGISTER_BROKER-compressed.java498.json.request')
    const request = `GET_ROUTEINFO_BY_TOPIC.${client}.request`
    const answer = await ask(request)
    expect(answer).toMatchObject({ code: 0, serializeType: recorded(request).serializeType })
    expect(bodyOf(answer)).toBe(bodyOf(recorded(`GET_ROUTEINFO_BY_TOPIC.${like}.response`)))
  }
)

test('an unknown topic answers code 17, and the remark begins as the official one', async () => {
  const ask = await talk((await nameserver()).port)
  const answer = await ask('GET_ROUTEINFO_BY_TOPIC-notFound.java498.json.request')
  const official = recorded('GET_ROUTEINFO_BY_TOPIC-notFound.java498.json.response')
  expect(answer.code).toBe(official.code)
  expect(answer.opaque).toBe(official.opaque)
  expect(answer.remark?.split('\n')[0]).toBe(official.remark?.split('\n')[0])
  expect(answer.body).toBeUndefined()
})

test('the topic list holds what the broker registered', async () => {
  const ask = await talk((await nameserver()).port)
  await ask('REGISTER_BROKER-compressed.java498.json.request')
  const topics = (command: RemotingCommand): string[] =>
    (parseJson(bodyOf(command)) as { topicList: string[] }).topicList.sort()
  const name = 'GET_ALL_TOPIC_LIST_FROM_NAMESERVER.java498.json'
  expect(topics(await ask(`${name}.request`))).toEqual(topics(recorded(`${name}.response`)))
})

test.each(['java498', 'java53x'])('UNREGISTER_BROKER of %s takes its routes', async (client) => {
  const ask = await talk((await nameserver()).port)
  await ask('REGISTER_BROKER-compressed.java498.json.request')
  expect(await ask(`UNREGISTER_BROKER.${client}.json.request`)).toMatchObject({ code: 0 })
  expect(await ask('GET_ROUTEINFO_BY_TOPIC.java498.json.request')).toMatchObject({ code: 17 })
})

test('DELETE_TOPIC_IN_NAMESRV of mqadmin is answered', async () => {
  const ask = await talk((await nameserver()).port)
  expect(await ask('DELETE_TOPIC_IN_NAMESRV.java498.json.request')).toMatchObject({ code: 0 })
})
