import { describe, expect, test } from 'vitest'
import { loadFrames } from '../../../../tests/fixtures/load'
import { decodeFrame } from '../frame'
import { buildSubscriptionData, readHeartbeatData } from './heartbeat'
import { messageQueue, readQueueKey } from './messageQueue'
import { formatJson, ObjectKeyMap, parseJson, readJsonBody } from './rocketmqJson'
import { readClusterInfo, readTopicRouteData } from './route'
import { readRegisterBrokerBody } from './topicConfig'

const recorded = (
  code: string,
  direction: string
): { name: string; variant: string; compressed: boolean; body: Buffer }[] =>
  loadFrames()
    .filter((f) => f.code === code && f.direction === direction)
    .map((f) => {
      const command = decodeFrame(f.bytes.subarray(4))
      return {
        name: f.name,
        variant: f.variant,
        compressed: command.extFields.compressed === 'true',
        body: command.body ?? Buffer.alloc(0)
      }
    })

describe('the JSON of RocketMQ', () => {
  test('maps with objects for keys are written raw, absent values left out', () => {
    const map = new ObjectKeyMap([[messageQueue('T', 'b', 0), { maxOffset: 3, x: undefined }]])
    expect(formatJson({ offsetTable: map, n: null })).toBe(
      '{"offsetTable":{{"brokerName":"b","queueId":0,"topic":"T"}:{"maxOffset":3}}}'
    )
  })

  test('what is written raw is read back, its keys as text', () => {
    const text =
      '{"offsetTable":{{"brokerName":"b","queueId":0,"topic":"T"}:{"maxOffset":3}}, "t":{0:"a",-1:"b"}}'
    const value = parseJson(text) as {
      offsetTable: Record<string, unknown>
      t: Record<string, string>
    }
    const [key] = Object.keys(value.offsetTable)
    expect(readQueueKey(key!)).toEqual(messageQueue('T', 'b', 0))
    expect({ ...value.t }).toEqual({ '0': 'a', '-1': 'b' })
  })

  test.each(['', '{', '{"a"}', '{a:1}', '[1,]', '{"a":1}x', '"', `${'['.repeat(100)}1:`])(
    '%j is no JSON',
    (text) => {
      expect(() => parseJson(text)).toThrow(RangeError)
    }
  )

  test('a body that is none is refused with a sentence', () => {
    expect(() => readJsonBody(Buffer.from('[]'), 'HEART_BEAT')).toThrow(
      'HEART_BEAT: the body is not a JSON object'
    )
  })
})

describe('bodies captured from official peers', () => {
  test('routes', () => {
    const routes = recorded('GET_ROUTEINFO_BY_TOPIC', 'response').filter((r) => r.body.length > 0)
    expect(routes.length).toBeGreaterThan(1)
    for (const { body } of routes) {
      const route = readTopicRouteData(readJsonBody(body, 'route'))
      expect(route.queueDatas[0]?.writeQueueNums).toBeGreaterThan(0)
      expect(route.brokerDatas[0]?.brokerAddrs['0']).toMatch(/:\d+$/)
    }
  })

  test('cluster information with unquoted broker ids', () => {
    for (const { body } of recorded('GET_BROKER_CLUSTER_INFO', 'response')) {
      const info = readClusterInfo(readJsonBody(body, 'cluster'))
      expect(info.clusterAddrTable.size).toBe(1)
      expect([...info.brokerAddrTable.values()][0]?.brokerAddrs['0']).toMatch(/:\d+$/)
    }
  })

  test('heartbeats of producers and consumers', () => {
    const beats = recorded('HEART_BEAT', 'request')
    expect(beats.length).toBeGreaterThan(2)
    for (const { body, variant } of beats) {
      const data = readHeartbeatData(readJsonBody(body, 'HEART_BEAT'))
      expect(data.clientID).toContain('127.0.0.1')
      if (variant === 'consumer') {
        expect(data.consumerDataSet[0]?.subscriptionDataSet.map((s) => s.topic)).toContain(
          `%RETRY%${data.consumerDataSet[0]?.groupName}`
        )
      }
    }
  })

  test('registrations, plain and compressed', () => {
    const registrations = recorded('REGISTER_BROKER', 'request')
    expect(registrations.some((r) => r.compressed)).toBe(true)
    for (const { body, compressed } of registrations) {
      const { topicConfigTable } = readRegisterBrokerBody(body, compressed)
      expect(topicConfigTable.get('SELF_TEST_TOPIC')?.perm).toBe(6)
    }
  })
})

describe('tag expressions', () => {
  test.each([
    ['*', [], []],
    ['', [], []],
    [' TagA || TagB ', ['TagA', 'TagB'], [2_598_919, 2_598_920]]
  ])('%j selects %j', (expression, tagsSet, codeSet) => {
    expect(buildSubscriptionData('T', expression, 1)).toMatchObject({ tagsSet, codeSet })
  })

  test('only separators name no tag', () => {
    expect(() => buildSubscriptionData('T', '||', 1)).toThrow(RangeError)
  })
})
