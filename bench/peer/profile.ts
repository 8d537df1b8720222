/** Where the time of Gantry's broker goes in a row: a CPU profile of its thread, taken through the inspector. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../tests/compat/javaClients/lines'
import { attachToWorker, type CpuProfile, selfTimes } from '../profiler'
import { perSecond, printTable } from '../table'
import type { Driver } from './driverProcess'
import { jobOf, warmUp } from './grid'
import type { Flush, Options, Row } from './options'
import { startGantry } from './servers'

const SAMPLING_MICROS = 200
const TOP = 30

const printProfile = (row: Row, flush: Flush, rate: number, profile: CpuProfile): void => {
  const { total, rows } = selfTimes(profile)
  const idle = rows.find(([name]) => name === '(idle)')?.[2] ?? 0
  const messages = (rate * total) / 1e6
  printTable(
    `Profile of Gantry's broker thread: ${flush}, ${row.binary ? 'binary' : 'JSON'}, ${row.name}: ${perSecond(rate)}/s ` +
      `while profiled, idle ${((100 * idle) / total).toFixed(0)} % of the time`,
    ['function', 'where in out/main', 'self, % of busy', 'µs/msg'],
    rows
      .filter(([name]) => name !== '(idle)')
      .slice(0, TOP)
      .map(([name, place, micros]) => [
        name,
        place,
        ((100 * micros) / (total - idle)).toFixed(1),
        (micros / messages).toFixed(2)
      ])
  )
}

/** Prints the functions with the most self time and keeps the whole profile for DevTools. */
export const profileRows = async (driver: Driver, options: Options): Promise<void> => {
  const folder = join(root, '.cache/profiles')
  mkdirSync(folder, { recursive: true })
  for (const flush of options.flushes) {
    const gantry = await startGantry(flush, true)
    try {
      if (gantry.inspector === undefined) throw new Error('Gantry opened no inspector')
      await warmUp(driver, gantry, options.warmupSeconds / 6)
      const { call, close } = await attachToWorker(gantry.inspector, 'broker')
      await call('Profiler.enable')
      await call('Profiler.setSamplingInterval', { interval: SAMPLING_MICROS })
      for (const row of options.rows) {
        await driver.run(jobOf(row, gantry, 1, 0))
        await call('Profiler.start')
        const { rate } = await driver.run(jobOf(row, gantry, options.seconds, 0))
        const { profile } = (await call('Profiler.stop')) as unknown as { profile: CpuProfile }
        const name = `${flush} ${row.binary ? 'binary' : 'json'} ${row.name}.cpuprofile`
        const file = join(folder, name.replaceAll(/[, ×]+/g, '-'))
        writeFileSync(file, JSON.stringify(profile))
        printProfile(row, flush, rate, profile)
        console.log(`\nWhole: ${file} (Chrome DevTools, Performance, Load)`)
      }
      close()
    } finally {
      await gantry.stop()
    }
  }
}
