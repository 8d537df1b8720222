import { describe, expect, test } from 'vitest'
import { SimulatedDisk } from '../faults/simulatedDisk'
import { damagesOf, type Damage } from './damages'
import { STORE_OUTCOMES, type ShortRow } from './outcomes'
import { knownStore, outcomeOf, type Outcome } from './tortured'

const known = await knownStore()
const damages = damagesOf(known)

/** Everything the cases of one damage came to, in one row. */
const rowOf = ({ file, damage }: Damage, outcomes: readonly Outcome[]): ShortRow => {
  const lost = outcomes.map((outcome) => outcome.lost)
  const each = (pick: (outcome: Outcome) => string[]): string =>
    [...new Set(outcomes.map((outcome) => pick(outcome).join(' + ')))]
      .sort()
      .map((kinds) => (kinds === '' ? 'nothing' : kinds))
      .join(', or ')
      .replace(/^nothing$/, '')
  const atStart = each((outcome) => outcome.atStart)
  const onRead = each((outcome) => outcome.onRead)
  return [file, damage, Math.min(...lost), Math.max(...lost), atStart, onRead]
}

describe('after damage', () => {
  test.each(damages.map((damage) => [damage.file, damage.damage, damage] as const))(
    'to: %s, %s',
    async (_file, _damage, damage) => {
      const outcomes: Outcome[] = []
      const violations: string[] = []
      for (const { label, change, touched, foreign = [] } of damage.cases) {
        const files = new Map(known.files)
        change(files)
        const disk = SimulatedDisk.holding(files)
        const outcome = await outcomeOf(known, disk, touched, { foreign })
        outcomes.push(outcome)
        if (outcome.refused !== undefined) violations.push(`${label}: ${outcome.refused}`)
        for (const violation of outcome.violations) violations.push(`${label}: ${violation}`)
      }
      expect(violations).toEqual([])
      const row = rowOf(damage, outcomes)
      if (process.env['GANTRY_TORTURE_PRINT']) process.stdout.write(`ROW ${JSON.stringify(row)},\n`)
      expect(STORE_OUTCOMES).toContainEqual(row)
    }
  )

  test('the table has no row without a damage', () => {
    const done = damages.map(({ file, damage }) => `${file}, ${damage}`)
    expect(STORE_OUTCOMES.map(([file, damage]) => `${file}, ${damage}`)).toEqual(done)
  })
})
