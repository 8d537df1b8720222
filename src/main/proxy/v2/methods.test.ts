import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { unaryCodecs } from './methods'

test('docs/PROTOCOL.md lists what is served, and says why of what is not', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../../../docs/PROTOCOL.md'), 'utf8')
  const rows = [...text.matchAll(/^\| (\w+) +\| (supported|refused) +\| (.*?) *\|$/gm)]
  const of = (status: string) => rows.filter((row) => row[2] === status)
  const served = [...Object.keys(unaryCodecs), 'ReceiveMessage', 'Telemetry']
  expect(
    of('supported')
      .map((row) => row[1]!)
      .sort()
  ).toEqual(served.sort())
  expect(of('refused').filter((row) => row[3] === '')).toEqual([])
})
