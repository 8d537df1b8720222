// An application's producers on the stock client: workers that each send one message after the other until SIGTERM.
import { Message, Producer } from 'ali-ons'
import { hashOf, journal, noteErrors, placeOf, silent } from './journal.mjs'

// `workers`: topics, one worker each. `pauseMs`: between two sends of a worker, at most.
const { namesrv, path, name, workers, pauseMs, clients } = JSON.parse(process.argv[2])

const note = journal(path, name)
const told = noteErrors(note)
const pause = (ms) => new Promise((done) => setTimeout(done, ms))

/** Which message of whom it is; the client hands the object through. */
const origins = new WeakMap()

/** The stock producer, with a note of each of its attempts, for its own retries go to other brokers. */
class NotedProducer extends Producer {
  async sendKernelImpl(message, queue) {
    const { id, client, bodyHash } = origins.get(message)
    const place = placeOf(queue)
    note({ kind: 'attempt', client, id, bodyHash, ...place })
    try {
      const result = await super.sendKernelImpl(message, queue)
      const { sendStatus, queueOffset } = result
      const isSafe = sendStatus === 'SEND_OK'
      note({
        client,
        id,
        ...(isSafe ? { kind: 'ack', offset: queueOffset } : { kind: 'unknown', why: sendStatus })
      })
      return result
    } catch (error) {
      note({ kind: 'unknown', client, id, why: reasonOf(error) })
      throw error
    }
  }
}

const reasonOf = ({ name: kind, code, message }) => {
  if (kind === 'MQClientException' && code !== undefined) return `code ${code}`
  if (kind === 'ResponseTimeoutError') return 'timeout'
  if (/ECONNREFUSED/.test(message)) return 'refused'
  if (/not exist/.test(message)) return 'no route'
  return /clos|ECONNRESET|EPIPE|ended/i.test(message) ? 'closed' : kind
}

/** Below 4 KiB: the client compresses larger ones, and a second attempt of it sends those bytes as they are. */
const MAX_FILL = 3_000
const FAILED_PAUSE_MS = 100

let isRunning = true

const work = async (producer, topic, worker) => {
  const client = `${name}.${worker}`
  for (let n = 0; isRunning; n++) {
    const id = `${client}-${n}`
    const fill = Math.random() < 0.1 ? Math.random() * MAX_FILL : Math.random() * 300
    const body = Buffer.from(`${id}\n${'消'.repeat(fill / 3)}`)
    const message = new Message(topic, 'TagA', body)
    message.keys = [`key-${id}`]
    origins.set(message, { id, client, bodyHash: hashOf(body) })
    try {
      await producer.send(message)
      await pause(Math.random() * pauseMs)
    } catch (error) {
      note({ kind: 'gave-up', client, id, why: error.message.split(',')[0] })
      await pause(FAILED_PAUSE_MS)
    }
  }
}

const main = async () => {
  const producer = new NotedProducer({
    ...{ httpclient: {}, nameSrv: namesrv, producerGroup: `producers_${name}`, logger: silent },
    ...clients
  })
  producer.on('error', told)
  await producer.ready()
  note({ kind: 'ready' })
  await Promise.all(workers.map((topic, worker) => work(producer, topic, worker)))
  note({ kind: 'over' })
}

process.on('SIGTERM', () => (isRunning = false))
main().then(
  () => process.exit(0),
  (error) => {
    told(error)
    process.exit(1)
  }
)
