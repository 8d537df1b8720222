import { describe, expect, test } from 'vitest'
import { brokerProperties, brokerTable } from '../../broker/brokerConfig'
import {
  hotChanges,
  isRestartNeeded,
  propertyViews,
  refuseBadChanges,
  refuseBadProperty
} from './nodeSettings'

const defaults = new Map(brokerProperties.map(({ key, defaultValue }) => [key, defaultValue]))
const none = new Map<string, string>()

describe('a change is refused', () => {
  test.each([
    [
      'of an unknown property',
      'noSuch',
      '1',
      { code: 'UNKNOWN_PROPERTY', params: { key: 'noSuch' } }
    ],
    [
      'to a value it cannot have',
      'maxMessageSize',
      'huge',
      { code: 'INVALID_PROPERTY', params: { key: 'maxMessageSize' } }
    ],
    [
      'of what the cluster decides',
      'listenPort',
      '1234',
      { code: 'INVALID_PROPERTY', params: { expected: 'it is chosen with --broker' } }
    ],
    ['back to the default of an unknown one', 'noSuch', null, { code: 'UNKNOWN_PROPERTY' }]
  ])('%s', async (_name, key, value, expected) => {
    const refusing = async (): Promise<void> => refuseBadChanges([[key, value]], brokerTable)
    await expect(refusing()).rejects.toMatchObject(expected)
  })
})

test.each([
  ['autocreatetopicenable', /did you mean autoCreateTopicEnable\?/],
  ['autoCreateTopic', /did you mean autoCreateTopicEnable\?/],
  ['noSuch', /getBrokerConfig list them all/]
])('an unknown property %s is refused with a cure', (key, cure) => {
  expect(() => refuseBadProperty(key, '1')).toThrow(cure)
})

test('only hot changes are sent to a running broker, a null as its default', () => {
  expect(
    hotChanges(
      new Map([
        ['autoCreateTopicEnable', 'false'],
        ['maxMessageSize', null],
        ['defaultTopicQueueNums', '4']
      ]),
      brokerTable
    )
  ).toEqual(
    new Map([
      ['autoCreateTopicEnable', 'false'],
      ['maxMessageSize', defaults.get('maxMessageSize')]
    ])
  )
})

describe('a restart is needed', () => {
  test.each([
    [
      'not while the broker is stopped',
      new Map([['defaultTopicQueueNums', '4']]),
      undefined,
      false
    ],
    ['not where it runs with what is saved', none, defaults, false],
    ['where the saved value differs', new Map([['defaultTopicQueueNums', '4']]), defaults, true],
    [
      'where a saved value was taken back to the default',
      none,
      new Map([...defaults, ['defaultTopicQueueNums', '4']]),
      true
    ],
    [
      'not because of what the cluster decides',
      none,
      new Map([...defaults, ['listenPort', '40001']]),
      false
    ]
  ])('%s', (_name, chosen, running, expected) => {
    expect(isRestartNeeded(chosen, running, brokerTable)).toBe(expected)
  })
})

const shown = (chosen: Map<string, string>, running: Map<string, string> | undefined) =>
  propertyViews({ table: brokerTable, chosen, running, decided: {} })

test('the form shows saved and running value side by side', () => {
  const views = shown(new Map([['maxMessageSize', '2048']]), defaults)
  expect(views.filter(({ inert }) => !inert)).toHaveLength(brokerProperties.length)
  expect(views.find(({ key }) => key === 'maxMessageSize')).toMatchObject({
    value: '2048',
    runningValue: defaults.get('maxMessageSize'),
    defaultValue: defaults.get('maxMessageSize')
  })
})

test('a stopped broker has no running values', () => {
  expect(shown(none, undefined).some((view) => 'runningValue' in view)).toBe(false)
})
