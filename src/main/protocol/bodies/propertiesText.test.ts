import { expect, test } from 'vitest'
import { formatPropertiesText, parsePropertiesText } from './propertiesText'

test.each<[string, [string, string][]]>([
  [
    'a=1\nb=2\n',
    [
      ['a', '1'],
      ['b', '2']
    ]
  ],
  ['# comment\n! comment\n\n  a = 1  \r\n', [['a', '1  ']]],
  ['path:C\\:\\\\data', [['path', 'C:\\data']]],
  ['name=\\u8ba2\\u5355', [['name', '订单']]],
  ['list=a,\\\n   b', [['list', 'a,b']]],
  ['expression=a=b', [['expression', 'a=b']]],
  ['empty=', [['empty', '']]],
  ['a=1\na=2', [['a', '2']]]
])('%j', (text, expected) => {
  expect([...parsePropertiesText(text)]).toEqual(expected)
})

test('one key=value a line', () => {
  expect(
    formatPropertiesText([
      ['port', 9876],
      ['on', true],
      ['path', '/data']
    ])
  ).toBe('port=9876\non=true\npath=/data\n')
})

test.each(['C:\\data', '/数据 1', '  led by blanks', 'two\nlines=1', '😀', 'a=b:c#d', ''])(
  '%j survives writing and reading',
  (value) => {
    const text = formatPropertiesText([
      ['before', 1],
      ['key', value],
      ['after', 2]
    ])
    expect(text).not.toMatch(/[\u0080-\uffff]/)
    expect([...parsePropertiesText(text)]).toEqual([
      ['before', '1'],
      ['key', value],
      ['after', '2']
    ])
  }
)
