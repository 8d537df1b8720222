import { describe, expect, test } from 'vitest'
import { editProperties, propertiesOf, readProperties } from './propertiesDocument'

// Expected values are what java.util.Properties of JDK 17 makes of the same text.
describe('a text is read as Java reads it', () => {
  test.each<[string, string, Record<string, string>]>([
    ['separators', 'a=1\nb:2\nc 3\nd\t=\t4\ne', { a: '1', b: '2', c: '3', d: '4', e: '' }],
    [
      'comments and blank lines',
      '# a=1\n  ! b=2\n\n \t\nc=3 # no comment',
      { c: '3 # no comment' }
    ],
    ['the last of a key wins', 'a=1\nb=2\na=3', { a: '3', b: '2' }],
    ['lines that go on', 'a=1,\\\n   2,\\\r\n\t3\nb=4', { a: '1,2,3', b: '4' }],
    ['an escaped backslash ends no line', 'a=C:\\\\\nb=2', { a: 'C:\\', b: '2' }],
    ['a comment does not go on', '# a \\\nb=2', { b: '2' }],
    ['a line that goes on is no comment', 'a=1\\\n#2', { a: '1#2' }],
    ['escapes', 'a\\ b=\\u4e2d\\t\\n\\q\nc\\=d=e', { 'a b': '中\t\nq', 'c=d': 'e' }],
    ['blanks at the end stay', 'a= 1  ', { a: '1  ' }],
    ['a separator of its own in the value', 'a = = 1', { a: '= 1' }],
    ['lone carriage returns', 'a=1\rb=2\r', { a: '1', b: '2' }],
    ['a backslash at the very end', 'a=1\\', { a: '1' }],
    ['a backslash before an empty line', 'a=1\\\n\nb=2', { a: '1', b: '2' }]
  ])('%s', (_name, text, expected) => {
    expect(Object.fromEntries(propertiesOf(text))).toEqual(expected)
  })

  test('with the lines each property takes', () => {
    const places = readProperties('# x\na=1\\\n  2\n\nb=3').map(({ line, endLine }) => [
      line,
      endLine
    ])
    expect(places).toEqual([
      [2, 3],
      [5, 5]
    ])
  })

  test.each([
    ['a=\\u12', true],
    ['a=\\uzzzz', true],
    ['a=\\\\u12', false],
    ['a=\\u4e2d', false]
  ])('%j: an escape Java refuses is told: %s', (text, isMalformed) => {
    expect(readProperties(text)[0]).toMatchObject({ isMalformed })
  })
})

describe('an edit', () => {
  const edit = (text: string, changes: Record<string, string | null>) =>
    editProperties(text, new Map(Object.entries(changes)))

  test('keeps comments, order, spacing and line ends', () => {
    const text = '# the name\r\n  brokerName = a\r\n\r\nx: 1\r\n'
    expect(edit(text, { brokerName: 'b', x: '2' })).toBe(
      '# the name\r\n  brokerName = b\r\n\r\nx: 2\r\n'
    )
  })

  test.each<[string, string, Record<string, string | null>, string]>([
    ['adds at the end', 'a=1', { b: '2' }, 'a=1\nb=2\n'],
    ['adds to nothing', '', { b: '2' }, 'b=2\n'],
    ['removes every line of a key', 'a=1\nb=2\na=3\n', { a: null }, 'b=2\n'],
    ['leaves one line of a key given twice', 'a=1\nb=2\na=3\n', { a: '3' }, 'b=2\na=3\n'],
    ['joins a value of several lines', 'a=1\\\n  2\nb=3\n', { a: '4' }, 'a=4\nb=3\n'],
    ['gives a bare key a separator', 'a\n', { a: '1' }, 'a=1\n'],
    ['escapes what Java would misread', 'a=1\n', { a: '中\\' }, 'a=\\u4e2d\\\\\n'],
    ['of nothing changes nothing', 'a=1\n# end', {}, 'a=1\n# end\n']
  ])('%s', (_name, text, changes, expected) => {
    expect(edit(text, changes)).toBe(expected)
  })

  test('is read back as what was wanted', () => {
    const wanted = { a: ' x', b: 'C:\\data\\', c: '多行\n#1', d: '' }
    expect(Object.fromEntries(propertiesOf(edit('d=1\\\n2', wanted)))).toEqual(wanted)
  })
})
