/**
 * The harness against brokers with one protection switched off: each must be convicted within a few rounds. `npm test`
 * runs the first, `npm run test:crash -- --mutants` all.
 */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { CheckName } from '../faults/judge'
import { bundleEntry, type Mutation } from './brokerProcess'
import { Round } from './round'

const ALL = process.env['GANTRY_CRASH_MUTANTS'] === 'all'
const MAX_ROUNDS = 25

const work = fs.mkdtempSync(join(tmpdir(), 'gantry-mutants-'))
afterAll(() => fs.rmSync(work, { recursive: true, force: true }))

type Mutant = [name: string, check: CheckName, ...mutations: Mutation[]]

const mutants: Mutant[] = [
  [
    'acknowledges before it writes',
    'loss',
    {
      file: 'store/groupCommit.ts',
      from: 'this.puts.push({ resolve, result: stored,',
      to: 'resolve(stored); this.puts.push({ resolve, result: stored,'
    },
    {
      file: 'store/groupCommit.ts',
      from: "import { endOfTurn } from '../base/turn'",
      to: 'const endOfTurn = (callback: () => void) => setTimeout(callback, 20)'
    }
  ],
  [
    'believes the checkpoint to be the end of the log',
    'loss',
    {
      file: 'store/recovery.ts',
      from: 'await this.walk(walkFrom)',
      to: 'await this.walk(Math.max(walkFrom, commitLog.segments.at(-1)?.end ?? 0))'
    }
  ],
  [
    'stores a message twice now and then',
    'duplicates',
    {
      file: 'store/defaultMessageStore.ts',
      from: 'return this.parts.groupCommit.put([message])',
      to: 'if (message.body.length % 16 === 0) void this.parts.groupCommit.put([message]); return this.parts.groupCommit.put([message])'
    }
  ],
  [
    'lets a message overtake others of its producer',
    'order',
    {
      file: 'store/defaultMessageStore.ts',
      from: 'return this.parts.groupCommit.put([message])',
      to: 'if (message.body.length % 16 === 0) return new Promise((resolve) => setTimeout(() => resolve(this.parts.groupCommit.put([message])), 20)); return this.parts.groupCommit.put([message])'
    }
  ],
  [
    'serves other bytes than were sent',
    'phantom',
    {
      file: 'store/defaultMessageStore.ts',
      from: 'return this.parts.groupCommit.put([message])',
      to: 'if (message.body.length % 16 === 0) message.body[message.body.length - 1] = 1 ^ message.body[message.body.length - 1]!; return this.parts.groupCommit.put([message])'
    }
  ],
  [
    'keeps an offset nobody committed',
    'offsets',
    {
      file: 'broker/consumerOffsetManager.ts',
      from: 'entry.offsets.set(queueId, offset)',
      to: 'entry.offsets.set(queueId, offset + 1)'
    }
  ],
  [
    'never writes offsets down',
    'offsets',
    {
      file: 'broker/consumerOffsetManager.ts',
      from: 'if (this.dirty.size === 0) return',
      to: 'if (this.dirty.size >= 0) return'
    }
  ],
  [
    'takes the records of a deleted topic for those of its successor',
    'phantom',
    {
      file: 'store/recovery.ts',
      from: 'if (queue === undefined || physicalOffset < queue.sinceOffset) return',
      to: 'if (queue === undefined) return'
    }
  ],
  [
    'does not index what came since the last index file',
    'index',
    {
      file: 'store/indexService.ts',
      from: 'await this.rebuild(this.open.to, commitLog.writtenEnd)',
      to: 'this.open.to = commitLog.writtenEnd'
    }
  ]
]

describe('a broker that', () => {
  test.each(ALL ? mutants : mutants.slice(0, 1))(
    '%s is convicted',
    async (_name, check, ...mutations) => {
      const brokerChild = await bundleEntry('brokerChild', mutations)
      const convictions: string[] = []
      for (let seed = 1; seed <= MAX_ROUNDS && convictions.length === 0; seed++) {
        const data = join(work, `${seed}`)
        const round = new Round(seed, data, brokerChild)
        if (round.plan.host === 'headless') continue
        const { direct, wire } = (await round.run()).verdicts
        for (const violation of [...direct.violations, ...wire.violations])
          if (violation.check === check) convictions.push(violation.sentence)
        fs.rmSync(data, { recursive: true })
      }
      fs.rmSync(brokerChild)
      expect(convictions).not.toEqual([])
      process.stdout.write(`convicted of ${check}: ${convictions[0]}\n`)
    },
    300_000
  )
})
