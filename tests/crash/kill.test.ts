/** A broker under load is killed at random moments and started again; every promise must have been kept. */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleEntry } from './brokerProcess'
import { assertKept } from '../faults/judge'
import { Round, type RoundResult } from './round'

/** Set by `npm run test:crash -- --rounds N --seed S`. */
const ROUNDS = Number(process.env['GANTRY_CRASH_ROUNDS'] ?? 20)
const SEED = Number(process.env['GANTRY_CRASH_SEED'] ?? 1)
const ROUND_TIMEOUT_MS = 60_000

const work = fs.mkdtempSync(join(tmpdir(), 'gantry-crash-'))
let brokerChild = ''

beforeAll(async () => {
  brokerChild = await bundleEntry('brokerChild')
})
afterAll(() => {
  fs.rmSync(brokerChild, { force: true })
  // A failed round has left its folder there.
  if (fs.readdirSync(work).length === 0) fs.rmdirSync(work)
})

const describeRound = ({ plan, verdicts, tornTails, holes, kills, restartMs }: RoundResult) => {
  const { attempts, acknowledged, unknown, explainedCopies, received } = verdicts.direct.figures
  return (
    `seed ${plan.seed}: ${plan.host} ${plan.properties['flushDiskType']}, ${kills} kills, ` +
    `${attempts} sent, ${acknowledged} acknowledged, ${unknown} unknown, ${received} received, ` +
    `${explainedCopies} explained copies, ${tornTails} torn tails, ${holes} holes, ` +
    `started in ${Math.max(...restartMs).toFixed(0)} ms at most`
  )
}

const total = { kills: 0, sent: 0, acknowledged: 0, unknown: 0, tornTails: 0, holes: 0 }

test.each(Array.from({ length: ROUNDS }, (_, i) => SEED + i))(
  'seed %i loses nothing',
  async (seed) => {
    const data = join(work, `seed ${seed} 数据`)
    const round = new Round(seed, data, brokerChild)
    try {
      const result = await round.run()
      assertKept(result.verdicts.direct)
      assertKept(result.verdicts.wire)
      expect(result.holes, `seed ${seed}: holes`).toBe(0)
      const { attempts, acknowledged, unknown } = result.verdicts.direct.figures
      expect(acknowledged).toBeGreaterThan(0)
      total.kills += result.kills
      total.sent += attempts
      total.acknowledged += acknowledged
      total.unknown += unknown
      total.tornTails += result.tornTails
      total.holes += result.holes
      if (process.env['GANTRY_CRASH_SEED'] !== undefined)
        process.stdout.write(`${describeRound(result)}\n`)
      fs.rmSync(data, { recursive: true })
    } catch (error) {
      const lines = round.history.events.map((event) => JSON.stringify(event))
      fs.writeFileSync(`${data}.history`, lines.join('\n'))
      const again = `npm run test:crash -- --seed ${seed} --rounds 1`
      throw new Error(`seed ${seed} failed; ${again} repeats it, its folder is ${data}`, {
        cause: error
      })
    }
  },
  ROUND_TIMEOUT_MS
)

afterAll(() => {
  process.stdout.write(
    `${ROUNDS} rounds from seed ${SEED}: ${total.kills} kills, ${total.sent} messages sent, ` +
      `${total.acknowledged} acknowledged, ${total.unknown} unknown, ${total.tornTails} torn tails, ` +
      `${total.holes} holes\n`
  )
})
