/** The mqadmin table of docs/PROTOCOL.md: every row names a test that runs the command, every refusal its reason. */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { mqadminRows } from './mqadminTable'

const rows = mqadminRows()
const folder = resolve(import.meta.dirname, 'compat/javaClients')

test('there are as many commands as mqadmin 5.3.3 has, each once', () => {
  expect(rows).toHaveLength(89)
  expect(new Set(rows.map(({ command }) => command)).size).toBe(89)
})

test.each(rows.map((row) => [row.command, row] as const))('%s', (command, row) => {
  const { outcome, test: file, note } = row
  expect(['answered', 'refused', 'local', 'open']).toContain(outcome)
  if (outcome === 'open') return
  if (outcome !== 'answered') expect(note).not.toBe('')
  const path = resolve(folder, file)
  expect(existsSync(path), `${file} is missing`).toBe(true)
  expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`['"\`]${command}['"\`]`))
})
