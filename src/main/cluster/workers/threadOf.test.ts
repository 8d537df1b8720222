import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import type { FromNode } from '../control'
import { threadOf } from './threadOf'

const run = (code: string, resourceLimits = {}) =>
  threadOf(new Worker(code, { eval: true, resourceLimits }))

const echo = `
  const { parentPort } = require('node:worker_threads')
  parentPort.on('message', ({ kind }) => parentPort.postMessage({ kind: kind === 'stop' ? 'stopped' : kind }))
`

test('messages go both ways', async () => {
  const thread = run(echo)
  const heard = new Promise<FromNode>((resolve) => thread.port.on(resolve))
  thread.port.post({ kind: 'stop' })
  expect(await heard).toEqual({ kind: 'stopped' })
  await thread.kill()
})

test('a kill ends it without a failure, and killing it again is fine', async () => {
  const thread = run(echo)
  await thread.kill()
  await thread.kill()
  expect(await thread.exited).toBeUndefined()
})

test('a thread that throws tells what it died of', async () => {
  expect((await run(`throw new Error('boom')`).exited)?.message).toBe('boom')
})

test('a rejection nobody handles ends it as well', async () => {
  expect((await run(`Promise.reject(new Error('late'))`).exited)?.message).toBe('late')
})

test('a thread that outgrows its heap dies alone', async () => {
  const hungry = `const all = []; for (;;) all.push(new Array(1000).fill(all.length))`
  const failure = await run(hungry, { maxOldGenerationSizeMb: 16 }).exited
  expect(failure?.message).toContain('memory')
})
