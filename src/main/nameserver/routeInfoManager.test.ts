import { beforeEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../base/clock'
import { silentLog } from '../base/log'
import { readTopicConfig } from '../protocol/bodies/topicConfig'
import { LiveProperties } from '../base/properties/liveProperties'
import { namesrvTable } from './namesrvConfig'
import { BROKER_EXPIRED_MS, RouteInfoManager, type BrokerRegistration } from './routeInfoManager'

const clock = new ManualClock()
const defaults = new LiveProperties(namesrvTable, {}).config
const config = { ...defaults }
let routes: RouteInfoManager

beforeEach(() => {
  Object.assign(config, defaults)
  routes = new RouteInfoManager({ clock, log: silentLog, config })
})

const wrapper = (
  topics: Record<string, object>,
  version: { counter?: number; stateVersion?: number } = {}
): BrokerRegistration['topicConfigWrapper'] => ({
  dataVersion: { stateVersion: 0, timestamp: 1, counter: 0, ...version },
  topicConfigTable: new Map(
    Object.entries(topics).map(([topic, fields]) => [
      topic,
      readTopicConfig({ readQueueNums: 4, writeQueueNums: 4, ...fields }, topic)
    ])
  )
})

/** A second topic, because a broker's first registration must bring more than one. */
const own = { TBW102: {} }

const broker = (over: Partial<BrokerRegistration> = {}): BrokerRegistration => ({
  clusterName: 'C',
  brokerName: 'a',
  brokerId: 0,
  brokerAddr: '10.0.0.1:10911',
  haServerAddr: '10.0.0.1:10912',
  topicConfigWrapper: wrapper({ ...own, T: {} }),
  channel: {},
  ...over
})

const slave = (over: Partial<BrokerRegistration> = {}): BrokerRegistration =>
  broker({ brokerId: 1, brokerAddr: '10.0.0.2:10911', haServerAddr: '10.0.0.2:10912', ...over })

const perms = (topic: string): number[] => routes.route(topic)?.queueDatas.map((q) => q.perm) ?? []

describe('registration', () => {
  test('a registered master is found by its topics, its cluster and its name', () => {
    routes.registerBroker(broker())
    expect(routes.route('T')).toEqual({
      brokerDatas: [
        {
          brokerAddrs: { '0': '10.0.0.1:10911' },
          brokerName: 'a',
          cluster: 'C',
          enableActingMaster: false
        }
      ],
      queueDatas: [
        { brokerName: 'a', perm: 6, readQueueNums: 4, topicSysFlag: 0, writeQueueNums: 4 }
      ]
    })
    expect(routes.clusters()).toEqual([['C', ['a']]])
    expect(routes.topicsOfCluster('C')).toEqual(['TBW102', 'T'])
  })

  test('a slave is told where its master is, and its topics do not count', () => {
    routes.registerBroker(broker())
    const told = routes.registerBroker(slave({ topicConfigWrapper: wrapper({ ...own, S: {} }) }))
    expect(told).toEqual({ masterAddr: '10.0.0.1:10911', haServerAddr: '10.0.0.1:10912' })
    expect(routes.route('S')).toBeUndefined()
    expect(routes.broker('a')?.brokerAddrs).toEqual({
      '0': '10.0.0.1:10911',
      '1': '10.0.0.2:10911'
    })
  })

  test('a master is told nothing, and a slave without a master neither', () => {
    expect(routes.registerBroker(broker())).toEqual({})
    expect(routes.registerBroker(slave({ brokerName: 'b' }))).toEqual({})
  })

  test('the same address under another id has one place only', () => {
    routes.registerBroker(slave())
    routes.registerBroker(broker({ brokerAddr: '10.0.0.2:10911' }))
    expect(routes.broker('a')?.brokerAddrs).toEqual({ '0': '10.0.0.2:10911' })
  })

  test('an unknown broker with a single topic is refused and leaves no trace', () => {
    const single = broker({ topicConfigWrapper: wrapper({ T: {} }) })
    expect(() => routes.registerBroker(single)).toThrow(/must register with all its topics first/)
    expect(routes.brokers()).toEqual([])
    expect(routes.clusters()).toEqual([])
  })

  test('a known broker may announce a single new topic', () => {
    routes.registerBroker(broker())
    routes.registerBroker(broker({ topicConfigWrapper: wrapper({ New: {} }, { counter: 1 }) }))
    expect(routes.route('New')).toBeDefined()
    expect(routes.route('T')).toBeDefined()
  })

  test('an address with an older state version does not displace the holder of the id', () => {
    routes.registerBroker(
      broker({ topicConfigWrapper: wrapper({ ...own, T: {} }, { stateVersion: 2 }) })
    )
    const other = broker({
      brokerAddr: '10.0.0.9:10911',
      topicConfigWrapper: wrapper({ ...own, U: {} }, { stateVersion: 1 })
    })
    expect(routes.registerBroker(other)).toEqual({})
    expect(routes.broker('a')?.brokerAddrs).toEqual({ '0': '10.0.0.1:10911' })
    expect(routes.route('U')).toBeUndefined()
  })
})

describe('topic configurations', () => {
  const again = (topics: Record<string, object>, counter: number): void => {
    routes.registerBroker(
      broker({ topicConfigWrapper: wrapper({ ...own, ...topics }, { counter }) })
    )
  }

  test('a change counts when the data version changed', () => {
    again({ T: { readQueueNums: 4 } }, 0)
    again({ T: { readQueueNums: 9 } }, 1)
    expect(routes.route('T')?.queueDatas[0]?.readQueueNums).toBe(9)
  })

  test('under an unchanged data version only unknown topics are taken', () => {
    again({ T: { readQueueNums: 4 } }, 0)
    again({ T: { readQueueNums: 9 }, U: {} }, 0)
    expect(routes.route('T')?.queueDatas[0]?.readQueueNums).toBe(4)
    expect(routes.route('U')).toBeDefined()
  })

  test('topics absent from a new registration are kept', () => {
    again({ T: {} }, 0)
    again({ U: {} }, 1)
    expect(routes.route('T')).toBeDefined()
  })

  test('unless deleteTopicWithBrokerRegistration is set', () => {
    config.deleteTopicWithBrokerRegistration = true
    again({ T: {} }, 0)
    again({ U: {} }, 1)
    expect(routes.route('T')).toBeUndefined()
  })

  test('a topic deleted here stays away until the broker changes something', () => {
    again({ T: {}, U: {} }, 0)
    routes.topics.deleteTopic('T')
    expect(routes.route('T')).toBeUndefined()
    again({ U: {} }, 1)
    expect(routes.route('T')).toBeUndefined()
  })

  test('write permission is wiped and given back on every topic of one broker', () => {
    routes.registerBroker(broker())
    routes.registerBroker(broker({ brokerName: 'b', brokerAddr: '10.0.0.3:10911' }))
    expect(routes.wipeWritePermOfBroker('a')).toBe(2)
    expect(perms('T')).toEqual([4, 6])
    expect(routes.addWritePermOfBroker('a')).toBe(2)
    expect(perms('T')).toEqual([6, 6])
  })

  test('a topic may be registered by hand on brokers that are here', () => {
    routes.registerBroker(broker())
    const queueData = {
      brokerName: 'a',
      perm: 6,
      readQueueNums: 1,
      writeQueueNums: 1,
      topicSysFlag: 0
    }
    routes.registerTopic('Hand', [queueData, { ...queueData, brokerName: 'nobody' }])
    expect(routes.route('Hand')?.queueDatas).toHaveLength(1)
  })
})

describe('leaving', () => {
  test('a broker name without addresses takes its topics and its cluster along', () => {
    const only = broker()
    routes.registerBroker(only)
    routes.unregisterBroker(only)
    expect(routes.route('T')).toBeUndefined()
    expect(routes.topics.topics()).toEqual([])
    expect(routes.clusters()).toEqual([])
  })

  test('a topic stays while another broker serves it', () => {
    routes.registerBroker(broker())
    routes.registerBroker(broker({ brokerName: 'b', brokerAddr: '10.0.0.3:10911' }))
    routes.unregisterBroker(broker())
    expect(routes.route('T')?.queueDatas.map((q) => q.brokerName)).toEqual(['b'])
  })

  test('a slave keeps the name when its master leaves', () => {
    routes.registerBroker(broker())
    routes.registerBroker(slave())
    routes.unregisterBroker(broker())
    expect(routes.route('T')?.brokerDatas[0]?.brokerAddrs).toEqual({ '1': '10.0.0.2:10911' })
    expect(perms('T')).toEqual([6])
  })

  test('a closed connection takes what registered over it at once, and nothing else', () => {
    const channel = {}
    routes.registerBroker(broker({ channel }))
    routes.registerBroker(broker({ brokerName: 'b', brokerAddr: '10.0.0.3:10911' }))
    routes.onChannelDestroy(channel)
    expect(routes.brokers().map((b) => b.brokerName)).toEqual(['b'])
  })

  test('a connection that was replaced before it closed takes nothing', () => {
    const old = {}
    routes.registerBroker(broker({ channel: old }))
    routes.registerBroker(broker({ channel: {} }))
    routes.onChannelDestroy(old)
    expect(routes.route('T')).toBeDefined()
  })

  test('a silent broker is dropped after 120 s, not before', () => {
    const channel = {}
    routes.registerBroker(broker({ channel }))
    clock.advance(BROKER_EXPIRED_MS)
    expect(routes.scanNotActiveBroker()).toEqual([])
    clock.advance(1)
    expect(routes.scanNotActiveBroker()).toEqual([channel])
    expect(routes.route('T')).toBeUndefined()
  })

  test.each([
    ['a registration', () => void routes.registerBroker(broker())],
    ['a heartbeat', () => routes.touch('C', '10.0.0.1:10911')]
  ])('%s renews the lease', (_name, renew) => {
    routes.registerBroker(broker())
    clock.advance(BROKER_EXPIRED_MS - 1)
    renew()
    clock.advance(2)
    expect(routes.scanNotActiveBroker()).toEqual([])
  })

  test('a broker may ask for a shorter lease', () => {
    routes.registerBroker(broker({ timeoutMs: 5000 }))
    clock.advance(5001)
    expect(routes.scanNotActiveBroker()).toHaveLength(1)
  })
})

describe('an acting master', () => {
  const actingPair = (): void => {
    routes.registerBroker(broker({ enableActingMaster: true }))
    routes.registerBroker(slave({ enableActingMaster: true }))
    routes.unregisterBroker(broker())
  }

  test('its topics become read-only when the master leaves', () => {
    actingPair()
    expect(perms('T')).toEqual([4])
  })

  test('is shown under the master id where supportActingMaster is set', () => {
    actingPair()
    expect(routes.route('T')?.brokerDatas[0]?.brokerAddrs).toEqual({ '1': '10.0.0.2:10911' })
    config.supportActingMaster = true
    expect(routes.route('T')?.brokerDatas[0]?.brokerAddrs).toEqual({ '0': '10.0.0.2:10911' })
  })
})
