import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  BROKER_OUTCOMES,
  META_OUTCOMES,
  renderBroker,
  renderTable,
  STORE_OUTCOMES
} from './outcomes'

const doc = readFileSync(join(import.meta.dirname, '../../docs/TESTING.md'), 'utf8')

test.each([
  ['store', renderTable(STORE_OUTCOMES)],
  ['NeDB', renderTable(META_OUTCOMES)],
  ['broker', renderBroker(BROKER_OUTCOMES)]
])('docs/TESTING.md shows the table of outcomes: %s', (_name, table) => {
  if (process.env['GANTRY_TORTURE_PRINT']) process.stdout.write(`${table}\n\n`)
  expect(doc).toContain(table)
})
