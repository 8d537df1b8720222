// The table of mqadmin's commands in docs/PROTOCOL.md.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

export interface MqadminRow {
  command: string
  /** `answered`, `refused`, `local` (it reads files of its own machine) or `open` (not proven yet). */
  outcome: string
  /** Below tests/compat/javaClients. */
  test: string
  note: string
}

export const mqadminRows = (): MqadminRow[] => {
  const text = readFileSync(resolve(import.meta.dirname, '../docs/PROTOCOL.md'), 'utf8')
  const section = /^## mqadmin\n([\s\S]*?)(?=^## )/m.exec(text)?.[1] ?? ''
  return [...section.matchAll(/^\| ([a-z]\w+) +\| (\w+) +\| ([\w./]*) *\|(.*)\|$/gm)].map(
    ([, command = '', outcome = '', test = '', note = '']) => ({
      ...{ command, outcome, test },
      note: note.trim()
    })
  )
}
