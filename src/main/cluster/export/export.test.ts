import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { propertiesOf } from '../../base/properties/propertiesDocument'
import { brokerTable } from '../../broker/brokerConfig'
import { defaultSubscriptionGroupConfig } from '../../protocol/bodies/subscriptionGroup'
import { readTopicConfig, type TopicConfig } from '../../protocol/bodies/topicConfig'
import { exportCompose } from './exportCompose'
import { exportConf, type Place } from './exportConf'
import { exportUsers } from './exportUsers'
import { exportScript, quoted, type OfBroker } from './exportScript'

describe('a broker.conf', () => {
  const conf = (text: string, chosen: Record<string, string> = {}, place: Place = {}): string =>
    exportConf({
      view: { id: 'broker-a:0', kind: 'broker', text },
      table: brokerTable,
      chosen: new Map(Object.entries(chosen)),
      place
    })

  test('has only keys the Java broker takes, and none that are of this machine', () => {
    const text = [
      'gantryStoreQuota=1',
      'storePathRootDir=/here',
      'bindAddress=127.0.0.1',
      'rocketmqHome=/x',
      'listenPort=10911',
      'regionId=R2',
      'useEpollNativeSelector=true'
    ].join('\n')
    const place = { listenPort: '10931', brokerName: 'broker-a' }
    const chosen = { gantryStoreQuota: '1', regionId: 'R2', traceOn: 'false' }
    expect(Object.fromEntries(propertiesOf(conf(text, chosen, place)))).toEqual({
      listenPort: '10931',
      regionId: 'R2',
      useEpollNativeSelector: 'true',
      traceOn: 'false',
      brokerName: 'broker-a'
    })
  })

  test('keeps the comments, and says what the other machine decides', () => {
    const text = conf('# 生产环境\nregionId=R2 # no comment\n')
    expect(text).toMatch(/^# broker-a:0, exported by Gantry for Apache RocketMQ 5\.3\.3\.\n/)
    expect(text).toContain('# storePathRootDir:')
    expect(text).toContain('# 生产环境\nregionId=R2 # no comment\n')
  })

  test('has no secrets, and the classes without which Java keeps no users', () => {
    const initAuthenticationUser = '{"username":"u","password":"hidden"}'
    const chosen = { initAuthenticationUser, authenticationEnabled: 'true' }
    const text = conf(`initAuthenticationUser=${initAuthenticationUser}\n`, chosen)
    expect(text).not.toContain('hidden')
    expect(text).toContain('# initAuthenticationUser held a password or secret')
    expect(Object.fromEntries(propertiesOf(text))).toEqual({
      authenticationEnabled: 'true',
      authenticationMetadataProvider:
        'org.apache.rocketmq.auth.authentication.provider.LocalAuthenticationMetadataProvider'
    })
  })

  test('is read by Java as it is here, whatever its letters', () => {
    const text = conf('regionId = 上海\\\n  一区\n')
    expect(text).toMatch(/^regionId = \\u4e0a\\u6d77\\$/m)
    expect(propertiesOf(text).get('regionId')).toBe('上海一区')
  })
})

describe('the script', () => {
  const topic = (topicName: string, more: Partial<TopicConfig> = {}): TopicConfig => ({
    ...readTopicConfig({ readQueueNums: 4, writeQueueNums: 4 }, topicName),
    ...more
  })
  const broker = (brokerName: string, topics: readonly TopicConfig[]): OfBroker<TopicConfig> => ({
    cluster: 'C',
    brokerName,
    address: `127.0.0.1:${brokerName === 'a-1' ? 10_911 : 10_931}`,
    of: new Map(topics.map((of) => [of.topicName, of]))
  })
  const script = (topics: readonly OfBroker<TopicConfig>[], missing: string[] = []): string =>
    exportScript({ namesrvAddr: '127.0.0.1:9876', topics, groups: [], missing })
  const commandsOf = (text: string): string[] => text.match(/^mq .*$/gm) ?? []

  test('makes what all brokers have alike with one command, and the rest broker by broker', () => {
    const text = script([
      broker('a-1', [topic('Same'), topic('Differs'), topic('OnlyA')]),
      broker('b', [topic('Same'), topic('Differs', { perm: 4 })])
    ])
    const flags = "-r '4' -w '4'"
    const rest = "-o 'false' -u 'false' -s 'false'"
    expect(commandsOf(text)).toEqual([
      `mq updateTopic -b "$ADDR_a_1" -t 'Differs' ${flags} -p '6' ${rest}`,
      `mq updateTopic -b "$ADDR_b" -t 'Differs' ${flags} -p '4' ${rest}`,
      `mq updateTopic -b "$ADDR_a_1" -t 'OnlyA' ${flags} -p '6' ${rest}`,
      `mq updateTopic -c 'C' -t 'Same' ${flags} -p '6' ${rest}`
    ])
    expect(text).toContain(': "${ADDR_a_1:=127.0.0.1:10911}"')
    expect(text).toContain(': "${ADDR_b:=127.0.0.1:10931}"')
  })

  test('tells every attribute of topics and groups', () => {
    const made = topic('T', {
      order: true,
      topicSysFlag: 3,
      attributes: { 'message.type': 'FIFO', x: 'y' }
    })
    const group = { ...defaultSubscriptionGroupConfig('G'), retryMaxTimes: 3, consumeMessageOrderly: true, attributes: { k: 'v' } } // prettier-ignore
    const groups = [{ cluster: 'C', brokerName: 'a', address: 'x:1', of: new Map([['G', group]]) }]
    const text = exportScript({ namesrvAddr: 'n:1', topics: [broker('a-1', [made])], groups, missing: [] }) // prettier-ignore
    expect(commandsOf(text)).toEqual([
      "mq updateTopic -c 'C' -t 'T' -r '4' -w '4' -p '6' -o 'true' -u 'true' -s 'true' -a '+message.type=FIFO,+x=y'",
      "mq updateSubGroup -c 'C' -g 'G' -s 'true' -m 'true' -d 'true' -o 'true' -q '1' -r '3' -i '0' -w '1' -a 'true' --attributes '+k=v'"
    ])
  })

  test('makes users again, with passwords that have to be given', () => {
    const entry = { resource: 'Topic:or*', actions: ['Pub', 'Sub'] as const, sourceIps: ['10.0.0.0/8'], decision: 'Allow' as const } // prettier-ignore
    const policies = [
      { policyType: 'Custom' as const, entries: [entry] },
      { policyType: 'Default' as const, entries: [entry] }
    ]
    const users = exportUsers([
      {
        cluster: 'C',
        users: [
          { username: 'admin', userType: 'Super', userStatus: 'enable' },
          { username: "o'neil", userType: 'Normal', userStatus: 'disable' }
        ],
        acls: [{ subject: "User:o'neil", policies }]
      }
    ])
    const text = exportScript({ namesrvAddr: 'n:1', topics: [], groups: [], missing: [], users })
    expect(text).toContain(': "${PASSWORD_2:?the password of a user, see below}"')
    expect(commandsOf(text)).toEqual([
      `mq createUser -c 'C' -u 'admin' -p "$PASSWORD_1" -t 'Super'`,
      `mq createUser -c 'C' -u 'o'\\''neil' -p "$PASSWORD_2" -t 'Normal'`,
      `mq updateUser -c 'C' -u 'o'\\''neil' -s 'disable'`,
      `mq createAcl -c 'C' -s 'User:o'\\''neil' -r 'Topic:or*' -a 'Pub,Sub' -i '10.0.0.0/8' -d 'Allow'`
    ])
    expect(text).toContain("# mqadmin makes no default policies: User:o'neil Topic:or*")
    expect(exportUsers([])).toEqual([])
  })

  test('says whose topics are missing', () => {
    expect(script([], ['broker-b'])).toContain('# broker-b did not answer')
  })

  test.each([
    ["it's", "'it'\\''s'"],
    ['$(rm)', "'$(rm)'"],
    ['', "''"]
  ])('%j is quoted', (a, b) => {
    expect(quoted(a)).toBe(b)
  })
})

test('the compose file names every node, its file, its ports and its health', () => {
  const text = exportCompose({
    nameservers: [{ name: 'namesrv', port: 9876 }],
    brokers: [
      { name: 'broker-a', port: 10_911 },
      { name: 'broker-a-s', port: 10_931 }
    ]
  })
  const { services } = parse(text) as { services: Record<string, Record<string, unknown>> }
  expect(Object.keys(services)).toEqual(['namesrv', 'broker-a', 'broker-a-s', 'proxy'])
  expect(services['broker-a-s']).toMatchObject({
    image: 'apache/rocketmq:5.3.3',
    command: 'sh mqbroker -c /home/rocketmq/conf/broker-a-s.conf',
    ports: ['10929:10929', '10931:10931', '10932:10932'],
    volumes: [
      './conf/broker-a-s.conf:/home/rocketmq/conf/broker-a-s.conf:ro',
      './data/broker-a-s:/home/rocketmq/store'
    ],
    depends_on: { namesrv: { condition: 'service_healthy' } },
    healthcheck: { test: ['CMD', 'bash', '-c', '</dev/tcp/127.0.0.1/10931'] }
  })
  expect(services['proxy']).toMatchObject({
    command: 'sh mqproxy -n namesrv:9876 -pc /home/rocketmq/conf/rmq-proxy.json',
    ports: ['8081:8081', '8080:8080']
  })
  expect(text).toContain('mkdir -p data/broker-a data/broker-a-s')
})
