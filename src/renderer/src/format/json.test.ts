import { expect, test } from 'vitest'
import { jsonOfText, prettyJson } from './json'

test.each([
  ['{"a":1,"b":[1,2],"c":{}}', 2],
  ['[]', 2],
  ['{ "text": "a \\" { , : } b", "e": [ {} , [ ] ] }', 2],
  ['"plain"', 2],
  ['[true,false,null,-1.5]', 2]
])('%s is laid out as JSON.stringify would', (text, indent) => {
  expect(prettyJson(text)).toBe(JSON.stringify(JSON.parse(text), null, indent))
})

test('numbers stay letter for letter', () => {
  expect(prettyJson('{"id":12345678901234567890,"x":1.10}')).toBe(
    '{\n  "id": 12345678901234567890,\n  "x": 1.10\n}'
  )
})

test('what is not JSON is refused', () => {
  expect(() => prettyJson('{"a":')).toThrow(SyntaxError)
})

test.each([
  ['{"a":1}', { a: 1 }],
  [' [1]', [1]],
  ['12', undefined],
  ['{"a":', undefined],
  ['null', undefined]
])('%s as a tree', (text, value) => {
  expect(jsonOfText(text)).toEqual(value)
})
