// What a client saw, one JSON line at a time, written before anything else happens: a kill of this process loses nothing.
import { createHash } from 'node:crypto'
import { openSync, writeSync } from 'node:fs'

/** Monotonic milliseconds that all processes of this machine share. */
const now = () => Number(process.hrtime.bigint()) / 1e6

export const journal = (path, client) => {
  const file = openSync(path, 'a')
  return (row) => writeSync(file, `${JSON.stringify({ time: now(), client, ...row })}\n`)
}

/** As `hashOf` of tests/faults/history.ts. */
export const hashOf = (body) => createHash('sha1').update(body).digest('hex').slice(0, 20)

/** A queue of one broker is a place of its own. */
export const placeOf = ({ brokerName, topic, queueId }) => ({
  topic: `${brokerName}/${topic}`,
  queueId
})

export const silent = { info() {}, warn() {}, debug() {}, error() {} }

/** An application would hear of it in its log; here it is noted. */
export const noteErrors = (note) => {
  const told = (error) => note({ kind: 'noise', why: String((error && error.message) || error) })
  process.on('unhandledRejection', told)
  return told
}
