import { describe, expect, test } from 'vitest'
import { parseCommandLine } from './commandLine'

describe('the flags', () => {
  test('have the defaults of the contract', () => {
    expect(parseCommandLine(['--data', '/d'])).toMatchObject({
      data: '/d',
      preset: undefined,
      clusterFile: undefined,
      namesrvPort: undefined,
      brokerPort: undefined,
      grpcPort: undefined,
      consolePort: 8082,
      json: false
    })
  })

  test('--set is repeatable, and its value may contain =', () => {
    const { properties } = parseCommandLine([
      ...['--set', 'autoCreateTopicEnable=false'],
      ...['--set', 'msgTraceTopicName=trace']
    ])
    expect([...properties]).toEqual([
      ['autoCreateTopicEnable', 'false'],
      ['msgTraceTopicName', 'trace']
    ])
  })

  test('addresses are IP addresses, and what clients are told may be auto', () => {
    const args = ['--host', '::', '--advertise', 'auto']
    expect(parseCommandLine(args).addresses).toEqual({ host: '::', advertise: 'auto' })
    expect(parseCommandLine([]).addresses).toEqual({})
  })

  test.each([
    ['an unknown flag', ['--nope'], '--nope'],
    ['a word without a flag', ['serve'], 'serve'],
    ['a flag without its value', ['--broker'], '--broker'],
    [
      'a port that is no number',
      ['--broker', 'x'],
      '--broker x: a port is a number from 0 to 65535'
    ],
    ['a port too high', ['--console', '70000'], '--console 70000'],
    ['a negative port', ['--grpc=-1'], '--grpc -1'],
    ['an unknown preset', ['--preset', 'huge'], 'known presets: single'],
    [
      'a preset and a file',
      ['--preset', 'single', '--cluster', 'my.yaml'],
      'each says which nodes there are; give one'
    ],
    ['a property without a value', ['--set', 'maxMessageSize'], 'write it as key=value'],
    ['an unknown property', ['--set', 'noSuch=1'], 'no broker property "noSuch"'],
    ['a value it cannot have', ['--set', 'maxMessageSize=x'], 'maxMessageSize cannot be "x"'],
    ['a property the cluster decides', ['--set', 'listenPort=1'], 'it is chosen with --broker'],
    ['a host by name', ['--host', 'localhost'], '--host localhost: give an IP address'],
    ['an address by name', ['--advertise', 'me'], 'or auto'],
    ['an empty data folder', ['--data', ''], '--data: name a folder']
  ])('refuse %s', (_name, args, message) => {
    expect(() => parseCommandLine(args)).toThrow(message)
  })

  test('of Chromium are let through in the window', () => {
    const flags = parseCommandLine(['--no-sandbox', '--data', '/d', '--inspect=0', 'x'], 'lenient')
    expect(flags.data).toBe('/d')
  })
})
