import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import type { FromNode } from '../control'
import { newNodeMemory } from './nodeMemory'
import { threadOf } from './threadOf'

const run = (code: string, resourceLimits = {}) => {
  const memory = newNodeMemory()
  return threadOf(new Worker(code, { eval: true, resourceLimits, workerData: memory }), memory)
}

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

test('a frozen thread stands still with its messages waiting, and goes on when it is thawed', async () => {
  const thread = run(`
    const { parentPort, workerData } = require('node:worker_threads')
    parentPort.on('message', ({ kind }) => {
      if (kind === 'freeze') {
        parentPort.postMessage({ kind: 'log' })
        Atomics.wait(new Int32Array(workerData.gate), 0, 1)
      } else parentPort.postMessage({ kind: 'stopped' })
    })
  `)
  const heard: string[] = []
  const said = (wanted: string): Promise<void> =>
    new Promise((resolve) => {
      const listening = thread.port.on(({ kind }) => {
        heard.push(kind)
        if (kind !== wanted) return
        listening.dispose()
        resolve()
      })
    })
  const standing = said('log')
  thread.freeze()
  await standing
  const answered = said('stopped')
  thread.port.post({ kind: 'stop' })
  // As long as another thread takes to begin, live and end: it would have answered by then.
  await run('').exited
  expect(heard).toEqual(['log'])
  thread.thaw()
  await answered
  await thread.kill()
})

test('a frozen thread can be killed', async () => {
  const thread = run(`
    const { parentPort, workerData } = require('node:worker_threads')
    parentPort.on('message', () => {
      parentPort.postMessage({ kind: 'log' })
      Atomics.wait(new Int32Array(workerData.gate), 0, 1)
    })
  `)
  const standing = new Promise<void>((resolve) => thread.port.on(() => resolve()))
  thread.freeze()
  await standing
  await thread.kill()
  expect(await thread.exited).toBeUndefined()
})
