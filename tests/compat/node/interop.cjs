/* global exports */
// What both Node clients need to send by the plan of tests/compat/grpc/interopPlan.ts and to tell what they received.
const { createHash } = require('node:crypto')
const { readFileSync } = require('node:fs')

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`)

const readPlan = (file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((row) => {
      const [topic, text, times, tag, keys, pairs, group, delayMs] = row.split('\t')
      return {
        ...{ topic, tag, group, delayMs: Number(delayMs) },
        body: Buffer.from(text.repeat(Number(times))),
        keys: keys === '' ? [] : keys.split(' '),
        properties: Object.fromEntries(pairs.split(';').map((pair) => pair.split(/=(.*)/s)))
      }
    })

/** `send` answers the message's ids. */
const produce = async (plan, send) => {
  for (const message of readPlan(plan)) {
    const due = message.delayMs === 0 ? 0 : Date.now() + message.delayMs
    say({ event: 'sent', name: message.properties.name, due, ...(await send(message, due)) })
  }
}

const received = ({ topic, body, tag, keys, properties, group, msgId, attempt }) =>
  say({
    event: 'received',
    ...{ name: properties.name, topic, size: body.length, msgId, attempt, at: Date.now() },
    ...{ tag: tag ?? '', keys: keys ?? '', group: group ?? '' },
    sha1: createHash('sha1').update(body).digest('hex'),
    properties: Object.keys(properties)
      .sort()
      .map((key) => `${key}=${properties[key]}`)
      .join(';')
  })

const run = (main) =>
  main(JSON.parse(process.argv[2])).catch((error) => {
    say({ failed: error.message, name: error.name })
    process.exit(1)
  })

const silent = { info() {}, warn() {}, debug() {}, error() {} }

Object.assign(exports, { say, produce, received, run, silent })
