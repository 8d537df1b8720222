import { expect, test } from 'vitest'
import type { ConfigLine } from '../../../../../shared/configViews'
import { commentOut } from './commentOut'

const line = (from: number, to: number, isRefused: boolean): ConfigLine => ({
  line: from,
  endLine: to,
  key: 'k',
  verdict: isRefused ? 'unknown' : 'honoured',
  isRefused
})

test('refused lines become comments, all of those that belong together, and no others', () => {
  const text = 'a=1\nb=2\\\n  3\r\nc=4\n'
  expect(commentOut(text, [line(1, 1, false), line(2, 3, true), line(4, 4, false)])).toBe(
    'a=1\n# b=2\\\n#   3\r\nc=4\n'
  )
})
