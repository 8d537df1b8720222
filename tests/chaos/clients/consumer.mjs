// A member of an application's consumer group on the stock client: notes every message it is given until SIGTERM.
import { Consumer } from 'ali-ons'
import { hashOf, journal, noteErrors, placeOf, silent } from './journal.mjs'

const { namesrv, path, name, group, topics, clients } = JSON.parse(process.argv[2])

const note = journal(path, name)
const told = noteErrors(note)

/** Bodies begin with their id. */
const idOf = (body) => body.toString('utf8', 0, Math.max(0, body.indexOf('\n')))

const main = async () => {
  const consumer = new Consumer({
    ...{ httpclient: {}, nameSrv: namesrv, consumerGroup: group, logger: silent },
    ...{ consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET', ...clients }
  })
  consumer.on('error', told)
  for (const topic of topics)
    consumer.subscribe(topic, '*', async ({ body, queueOffset }, queue) => {
      const message = { id: idOf(body), bodyHash: hashOf(body) }
      note({ kind: 'receive', group, ...placeOf(queue), offset: queueOffset, ...message })
    })
  await consumer.ready()
  note({ kind: 'ready' })
  process.on('SIGTERM', () => {
    note({ kind: 'over' })
    consumer.close().then(
      () => process.exit(0),
      () => process.exit(1)
    )
  })
}

main().catch((error) => {
  told(error)
  process.exit(1)
})
