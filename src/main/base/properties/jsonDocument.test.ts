import { expect, test } from 'vitest'
import { jsonDocument, valuesIn } from './configDocument'

const document = jsonDocument((key) =>
  key === 'size' ? 'int' : key === 'isOn' ? 'boolean' : 'string'
)

const file = `{
  "name": "代理 \\"one\\"",
  "size": 4,
  "isOn": true, "nested": {
    "a": [1, "}"]
  },
  "nothing": null
}
`

test('every property is told with its lines', () => {
  expect(document.read(file)).toEqual([
    { key: 'name', value: '代理 "one"', line: 2, endLine: 2, isMalformed: false },
    { key: 'size', value: '4', line: 3, endLine: 3, isMalformed: false },
    { key: 'isOn', value: 'true', line: 4, endLine: 4, isMalformed: false },
    { key: 'nested', value: '{\n    "a": [1, "}"]\n  }', line: 4, endLine: 6, isMalformed: false },
    { key: 'nothing', value: '', line: 7, endLine: 7, isMalformed: false }
  ])
})

test.each([
  ['{\n  "a": 1,\n  b: 2\n}', 3],
  ['{\n  "a": 1', 2],
  ['[1]', 1],
  ['"text"', 1],
  ['key=value', 1]
])('%j is malformed at line %i', (text, line) => {
  expect(document.read(text)).toMatchObject([{ isMalformed: true, line }])
})

test('nothing is an empty object', () => {
  expect(document.read(' \n')).toEqual([])
  expect(document.edit('', new Map())).toBe('')
})

test('a text in which nothing changes stays as it was typed', () => {
  const typed = '{"size":4 , "name" : "x"}'
  expect(document.edit(typed, new Map([['size', '4']]))).toBe(typed)
})

test('values are written by their type, removed ones go, new ones come last', () => {
  const changes = new Map([
    ['size', '8'],
    ['name', null],
    ['isOn', 'false'],
    ['added', '7']
  ])
  const edited = document.edit('{"name":"x","size":4,"kept":{"a":1}}', changes)
  expect(edited).toBe('{\n  "size": 8,\n  "kept": {"a":1},\n  "isOn": false,\n  "added": "7"\n}\n')
  expect(valuesIn(document, edited).get('added')).toBe('7')
  expect(document.edit('{"a":"x"}', new Map([['a', null]]))).toBe('{}\n')
})

test('what is no number is kept as text, so that it can be told as wrong', () => {
  const edited = document.edit('', new Map([['size', '04']]))
  expect(edited).toBe('{\n  "size": "04"\n}\n')
})
