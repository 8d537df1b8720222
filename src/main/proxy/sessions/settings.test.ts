import { describe, expect, test } from 'vitest'
import { defaultSubscriptionGroupConfig } from '../../protocol/bodies/subscriptionGroup'
import { readProxyConfig } from '../proxyConfig'
import { Code } from '../v2/code'
import { ClientType, Language } from '../v2/enums'
import type { Settings } from '../v2/messages'
import { answerSettings, checkSettings, MAX_TOLD_BODY_SIZE } from './settings'

const config = readProxyConfig()

const producer: Settings = {
  clientType: ClientType.PRODUCER,
  requestTimeout: { seconds: 3 },
  publishing: { topics: [{ name: 'T' }] }
}

const push = (language: number): Settings => ({
  clientType: ClientType.PUSH_CONSUMER,
  userAgent: { language },
  subscription: {
    group: { name: 'G' },
    subscriptions: [{ topic: { name: 'T' }, expression: { type: 1, expression: '*' } }]
  }
})

describe('a producer', () => {
  test('hears its own words, how to retry, and what it may send', () => {
    expect(answerSettings(producer, { config })).toEqual({
      ...producer,
      metric: { on: false },
      backoffPolicy: {
        maxAttempts: 3,
        exponentialBackoff: {
          initial: { seconds: 0, nanos: 10_000_000 },
          max: { seconds: 1, nanos: 0 },
          multiplier: 2
        }
      },
      publishing: {
        topics: [{ name: 'T' }],
        maxBodySize: MAX_TOLD_BODY_SIZE,
        validateMessageType: true
      }
    })
  })

  test('is told a smaller limit of the configuration', () => {
    const answer = answerSettings(producer, { config: { ...config, maxMessageSize: 1000 } })
    expect(answer.publishing?.maxBodySize).toBe(1000)
  })
})

describe('a push consumer', () => {
  const group = {
    ...defaultSubscriptionGroupConfig('G'),
    retryMaxTimes: 4,
    consumeMessageOrderly: true
  }

  test('hears its group: attempts and order', () => {
    const answer = answerSettings(push(1), { group, config })
    expect(answer.backoffPolicy?.maxAttempts).toBe(5)
    expect(answer.subscription).toMatchObject({
      fifo: true,
      receiveBatchSize: 32,
      longPollingTimeout: { seconds: 5, nanos: 0 }
    })
  })

  test.each([
    [Language.NODE_JS, 'exponentialBackoff'],
    [Language.PYTHON, 'customizedBackoff'],
    [1, 'customizedBackoff']
  ] as const)('of language %i gets the policy it understands', (language, kind) => {
    expect(answerSettings(push(language), { config }).backoffPolicy).toHaveProperty(kind)
  })
})

test('a simple consumer waits as long as it says', () => {
  const settings: Settings = {
    clientType: ClientType.SIMPLE_CONSUMER,
    subscription: { group: { name: 'G' }, longPollingTimeout: { seconds: 17 } }
  }
  const { subscription } = answerSettings(settings, { config })
  expect(subscription?.longPollingTimeout).toEqual({ seconds: 17, nanos: 0 })
})

describe('settings are refused', () => {
  test.each<[string, Settings, number]>([
    ['of no kind', { publishing: {} }, Code.UNRECOGNIZED_CLIENT_TYPE],
    ['of a lite consumer', { ...push(1), clientType: 5 }, Code.UNRECOGNIZED_CLIENT_TYPE],
    ['of a producer that subscribes', { ...push(1), clientType: 1 }, Code.UNRECOGNIZED_CLIENT_TYPE],
    ['with a system topic', { ...producer, publishing: { topics: [{ name: 'TBW102' }] } }, Code.ILLEGAL_TOPIC], // prettier-ignore
    ['with a group that cannot be', { ...push(1), subscription: { group: { name: 'a b' } } }, Code.ILLEGAL_CONSUMER_GROUP] // prettier-ignore
  ])('%s', (_, settings, code) => {
    expect(() => checkSettings(settings)).toThrow(expect.objectContaining({ code }))
  })
})
