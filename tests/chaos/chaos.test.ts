/** Nodes of a cluster are killed, frozen and cut off under load from stock clients; every promise must have been kept. */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { HEAL_LIMIT_MS, healingMs } from './health'
import { assertCluster, type ChaosVerdict } from './rules/judge'
import { ChaosRun } from './run'

/** Set by `npm run test:chaos -- --minutes N --seed S [--promotion] [--java]`. */
const MINUTES = Number(process.env['GANTRY_CHAOS_MINUTES'] ?? 2)
const SEED = Number(process.env['GANTRY_CHAOS_SEED'] ?? 1)
const JAVA = process.env['GANTRY_CHAOS_JAVA'] === '1'
const PROMOTION = process.env['GANTRY_CHAOS_PROMOTION'] === '1'

/** Healing after each episode may take its limit. */
const TIMEOUT_MS = MINUTES * 60_000 * 4 + 240_000

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const describeVerdict = ({ figures }: ChaosVerdict): string => {
  const { attempts, acknowledged, unknown, readable, received, slaveMessages } = figures
  return (
    `${attempts} sent, ${acknowledged} acknowledged, ${unknown} unknown, ${readable} on masters, ` +
    `${slaveMessages} on slaves, ${received} received, ${figures.explainedCopies} explained copies, ` +
    `${figures.explainedDeliveries} explained deliveries`
  )
}

test(
  `seed ${SEED}, ${MINUTES} minutes${PROMOTION ? ' with promotion' : ''}: nothing acknowledged is lost`,
  async () => {
    const folder = fs.mkdtempSync(join(tmpdir(), 'gantry-chaos-'))
    const options = { seed: SEED, minutes: MINUTES, promotion: PROMOTION, java: JAVA, folder, say }
    const run = new ChaosRun(options)
    try {
      const verdict = await run.run()
      say(describeVerdict(verdict))
      assertCluster(verdict)
      for (const healing of run.healings) expect(healingMs(healing)).toBeLessThan(HEAL_LIMIT_MS)
      // Eight episodes hit masters; a run in which none was replaced did not test promotion.
      if (PROMOTION && MINUTES >= 2) expect(run.promotions).toBeGreaterThan(0)
      fs.rmSync(folder, { recursive: true })
    } catch (cause) {
      const flags = `--minutes ${MINUTES} --seed ${SEED}${PROMOTION ? ' --promotion' : ''}${JAVA ? ' --java' : ''}`
      const again = `npm run test:chaos -- ${flags} repeats it, its folder is ${folder}`
      throw new Error(`seed ${SEED} failed; ${again}`, { cause })
    } finally {
      await run.abandon()
      say(run.account)
    }
  },
  TIMEOUT_MS
)
