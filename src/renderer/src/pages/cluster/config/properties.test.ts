import { describe, expect, test } from 'vitest'
import type { ConfigPropertyView } from '../../../../../shared/configViews'
import {
  sectionsOf,
  valueProblem,
  waitsForRestart,
  withEdit,
  type Edits,
  type PropertyFilter
} from './properties'

const property = (change: Partial<ConfigPropertyView> = {}): ConfigPropertyView => ({
  key: 'maxMessageSize',
  type: 'int',
  section: 'store',
  defaultValue: '4194304',
  value: '4194304',
  hot: true,
  readOnly: false,
  inert: false,
  ...change
})
const none: Edits = new Map()

describe('an edit', () => {
  test('is remembered', () => {
    expect([...withEdit(none, property(), '1024')]).toEqual([['maxMessageSize', '1024']])
  })

  test('back to the saved value is no edit', () => {
    const edits = withEdit(none, property(), '1024')
    expect(withEdit(edits, property(), '4194304').size).toBe(0)
  })

  test('back to the default of a changed value is one', () => {
    const changed = property({ value: '1024' })
    expect([...withEdit(none, changed, null)]).toEqual([['maxMessageSize', null]])
  })
})

test.each<[string, Partial<ConfigPropertyView>, string | undefined]>([
  ['12', {}, undefined],
  ['-1', {}, undefined],
  ['-1', { min: 0 }, 'properties.outOfRange'],
  ['11', { max: 10 }, 'properties.outOfRange'],
  ['9223372036854775807', { type: 'long', min: 0 }, undefined],
  ['1.5', {}, 'properties.invalidInteger'],
  ['', {}, 'properties.invalidInteger'],
  ['abc', { type: 'string' }, undefined],
  ['abc', { readOnly: true }, undefined]
])('%j of %j: %s', (value, change, problem) => {
  expect(valueProblem(property(change), value)).toBe(problem)
})

test('a saved value the broker does not run with waits for a restart', () => {
  expect(waitsForRestart(property({ runningValue: '1024' }))).toBe(true)
  expect(waitsForRestart(property({ runningValue: '4194304' }))).toBe(false)
  expect(waitsForRestart(property())).toBe(false)
})

describe('sections', () => {
  const all = [
    property(),
    property({ key: 'traceOn', section: 'trace', value: 'false', defaultValue: 'true' })
  ]
  const base: PropertyFilter = {
    needle: '',
    onlyModified: false,
    edits: none,
    describe: () => ''
  }
  const keys = (filter: Partial<PropertyFilter>) =>
    sectionsOf(all, { ...base, ...filter }).flatMap(({ properties }) =>
      properties.map(({ key }) => key)
    )

  test('keep the order of the engine', () => {
    expect(sectionsOf(all, base).map(({ name }) => name)).toEqual(['store', 'trace'])
  })

  test('are searched by key and description', () => {
    expect(keys({ needle: 'TRACE' })).toEqual(['traceOn'])
    expect(
      keys({ needle: 'largest', describe: (key) => (key === 'traceOn' ? '' : 'Largest') })
    ).toEqual(['maxMessageSize'])
  })

  test('show only what differs from the default, and what is being edited', () => {
    expect(keys({ onlyModified: true })).toEqual(['traceOn'])
    const edits: Edits = new Map([['maxMessageSize', '1']])
    expect(keys({ onlyModified: true, edits })).toEqual(['maxMessageSize', 'traceOn'])
  })
})
