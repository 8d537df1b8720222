import { expect, test } from 'vitest'
import { newTally, PowerCutWorld } from './powerCutWorld'

const SEEDS = Number(process.env['GANTRY_POWER_CUT_SEEDS'] ?? 200)
const FIRST_SEED = Number(process.env['GANTRY_POWER_CUT_FIRST_SEED'] ?? 1)

test(
  `${SEEDS} seeds of power cuts lose nothing that was flushed`,
  async () => {
    const tally = newTally()
    const failed: string[] = []
    const began = performance.now()
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS && failed.length < 5; seed++) {
      const world = new PowerCutWorld(seed, tally)
      await world.run()
      if (world.violations.length > 0)
        failed.push(`seed ${seed}: ${world.violations.slice(0, 3).join('; ')}`)
    }
    const seconds = (performance.now() - began) / 1_000
    process.stdout.write(
      `${SEEDS} seeds from ${FIRST_SEED}, ${(SEEDS / seconds).toFixed(0)} a second: ${JSON.stringify(tally)}\n`
    )
    expect(failed).toEqual([])
  },
  60_000 + SEEDS * 1_000
)
