import { describe, expect, test } from 'vitest'
import { parseClusterFile, readClusterFile } from './clusterFile'

const parse = (text: string) => parseClusterFile('/home/li/lab.yaml', text)

test('what a file leaves out has its default', () => {
  const text = `
nameservers:
  - {}
  - port: 19876
brokers:
  - name: broker-a
  - name: broker-a
    brokerId: 1
    properties:
      flushDiskType: SYNC_FLUSH
      maxMessageSize: 2048
      autoCreateTopicEnable: false
`
  const broker = { cluster: 'DefaultCluster', name: 'broker-a' }
  expect(parse(text)).toEqual({
    name: 'lab',
    nameservers: [{ port: 9876 }, { port: 19_876 }],
    brokers: [
      { ...broker, brokerId: 0, role: 'ASYNC_MASTER', port: 10_911 },
      {
        ...broker,
        brokerId: 1,
        role: 'SLAVE',
        port: 10_931,
        properties: {
          flushDiskType: 'SYNC_FLUSH',
          maxMessageSize: '2048',
          autoCreateTopicEnable: 'false'
        }
      }
    ]
  })
})

test('JSON is read as well, with everything said', () => {
  const file = {
    name: 'all',
    nameservers: [{ id: 3, port: 0 }],
    brokers: [
      {
        id: 5,
        cluster: 'C',
        name: 'b',
        brokerId: 0,
        role: 'SYNC_MASTER',
        port: 0,
        promotion: true
      }
    ],
    proxy: { port: 8081 }
  }
  expect(parse(JSON.stringify(file, undefined, 2))).toEqual(file)
})

describe('a file is refused with its line and field', () => {
  test.each([
    ['that is no YAML', 'nameservers: [', /lab\.yaml:1: /],
    ['of nothing', '', /--cluster lab\.yaml: .*expected object/],
    ['of one word', 'hello', /--cluster lab\.yaml:1: /],
    [
      'with an unknown field',
      'nameservers: [{}]\nbrokers:\n  - nmae: a\n',
      /lab\.yaml:3: brokers\[0\]: .*nmae/
    ],
    [
      'with a port that is none',
      'nameservers:\n  - port: 99999\nbrokers: [{}]',
      /lab\.yaml:2: nameservers\[0\]\.port: /
    ],
    [
      'with two masters of one name',
      'nameservers: [{}]\nbrokers:\n  - name: a\n  - name: a\n',
      /lab\.yaml:4: brokers\[1\]: there are two brokers a of brokerId 0/
    ],
    [
      'with an unknown property',
      'nameservers: [{}]\nbrokers:\n  - properties:\n      noSuch: 1\n',
      /lab\.yaml:4: brokers\[0\]\.properties\.noSuch: there is no broker property/
    ],
    [
      'with a value it cannot have',
      'nameservers: [{}]\nbrokers:\n  - properties: {maxMessageSize: x}\n',
      /lab\.yaml:3: .*maxMessageSize cannot be "x"/
    ],
    [
      'with a property the cluster decides',
      'nameservers: [{}]\nbrokers:\n  - properties: {listenPort: 1}\n',
      /lab\.yaml:3: .*listenPort cannot be set/
    ],
    [
      'without brokers',
      'nameservers: [{}]\nbrokers: []\n',
      /lab\.yaml:1: at least one broker is needed/
    ]
  ])('%s', (_name, text, message) => {
    expect(() => parse(text)).toThrow(message)
  })

  test('that is not there, or is something else', () => {
    const disk = (bytes: number | undefined) => ({
      size: () => bytes,
      readFile: () => Buffer.from('')
    })
    expect(() => readClusterFile(disk(undefined), '/no.yaml')).toThrow(
      'no.yaml: there is no such file'
    )
    expect(() => readClusterFile(disk(2 ** 30), '/big.yaml')).toThrow('larger than')
  })

  test('that would grow without end', () => {
    const bombs = Array.from(
      { length: 9 },
      (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`
    )
    expect(() => parse(['a0: &a0 [x]', ...bombs].join('\n'))).toThrow('--cluster lab.yaml')
  })
})
