/**
 * How long a start takes beside a full store: messages of 1 KB are sent to a headless Gantry, it is killed, and started
 * again and again, then the same after clean stops. Prints milliseconds from spawning to the line that says `ready`.
 * `node <bundle of this file> [messages] [entry]`; SIGTERM only behind the kills, so each of them walks the same stretch.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { FrameDecoder } from '../src/main/protocol/frame'
import { createTopic } from './topic'
import { FIRST_OPAQUE, isSuccess, opaquePosition, patchOpaque, peekOpaque, sendFrame } from './wire'

const total = Number(process.argv[2] ?? 1_000_000)
const entry = resolve(process.argv[3] ?? 'out/main/headless.js')
const ROUNDS = 3
const QUEUES = 16
const IN_FLIGHT = 256
const data = mkdtempSync(join(tmpdir(), 'gantry-restart-'))

interface Running {
  child: ChildProcess
  readyMs: number
  port: number
}

const start = async (): Promise<Running> => {
  const from = performance.now()
  const ports = ['--namesrv', '0', '--broker', '0', '--grpc', '0', '--console', '0']
  const child = spawn(process.execPath, [entry, '--json', '--data', data, ...ports], {
    stdio: ['ignore', 'pipe', 'ignore']
  })
  const line = await new Promise<string>((done, reject) => {
    createInterface({ input: child.stdout }).once('line', done)
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it was ready`)))
  })
  const readyMs = performance.now() - from
  const { brokers } = JSON.parse(line) as { brokers: { address: string }[] }
  return { child, readyMs, port: Number(brokers[0]!.address.split(':').at(-1)) }
}

const end = (child: ChildProcess, signal: NodeJS.Signals): Promise<void> =>
  new Promise((done) => {
    child.once('exit', () => done())
    child.kill(signal)
  })

const KEY = Buffer.from('7F0000010BAD18B4AAC27F5A1C6D0000')

/** Sends `total` messages, each with a unique id of its own, and resolves with the last acknowledgement. */
const fill = (port: number): Promise<number> =>
  new Promise((done, reject) => {
    const from = performance.now()
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const templates = Array.from({ length: QUEUES }, (_, q) => sendFrame('Restart', q, 1024))
    const decoder = new FrameDecoder()
    let sent = 0
    let acked = 0
    const frame = (slot: number): Buffer => {
      const bytes = Buffer.from(templates[sent % QUEUES]!)
      patchOpaque(bytes, opaquePosition(bytes), FIRST_OPAQUE + slot)
      const key = sent.toString(16).toUpperCase().padStart(8, '0')
      bytes.write(key, bytes.indexOf(KEY) + KEY.length - 8, 'latin1')
      sent++
      return bytes
    }
    socket.on('data', (chunk) => {
      const out: Buffer[] = []
      for (const reply of decoder.push(chunk)) {
        if (!isSuccess(reply)) reject(new Error('a send was refused'))
        if (++acked === total) {
          socket.destroy()
          done((total / (performance.now() - from)) * 1000)
          return
        }
        if (sent < total) out.push(frame(peekOpaque(reply) - FIRST_OPAQUE))
      }
      if (out.length > 0) socket.write(Buffer.concat(out))
    })
    socket.once('error', reject)
    socket.write(Buffer.concat(Array.from({ length: IN_FLIGHT }, (_, slot) => frame(slot))))
  })

const restarts = async (signal: NodeJS.Signals, first: Running): Promise<Running> => {
  let running = first
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await end(running.child, signal)
    running = await start()
    times.push(running.readyMs)
  }
  console.log(`after ${signal}: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms to ready`)
  return running
}

try {
  let running = await start()
  console.log(`empty: ${running.readyMs.toFixed(0)} ms to ready`)
  await createTopic(running.port, 'Restart', QUEUES)
  const rate = await fill(running.port)
  console.log(`${total} messages of 1 KB, ${rate.toFixed(0)} a second`)
  running = await restarts('SIGKILL', running)
  running = await restarts('SIGTERM', running)
  await end(running.child, 'SIGTERM')
} finally {
  if (process.env['KEEP'] === undefined) rmSync(data, { recursive: true, force: true })
  else console.log(data)
}
process.exit(0)
