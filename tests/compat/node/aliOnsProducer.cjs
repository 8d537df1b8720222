// A user's producer on the stock client: sends what it is told, prints one JSON line per result.
const { Producer, Message } = require('ali-ons')

const { namesrv, topic, count, prefix, tags, keys = {} } = JSON.parse(process.argv[2])

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`)
const silent = { info() {}, warn() {}, debug() {}, error() {} }

const main = async () => {
  const producer = new Producer({
    httpclient: {},
    ...keys,
    nameSrv: [namesrv],
    producerGroup: 'ali_ons_producer',
    logger: silent
  })
  producer.on('error', (error) => say({ error: error.message }))
  await producer.ready()
  for (let i = 0; i < count; i++) {
    const message = new Message(topic, tags[i % tags.length], `${prefix}${i}`)
    message.keys = [`key-${prefix}${i}`]
    message.properties.lang = '中文'
    const { sendStatus, msgId, messageQueue, queueOffset } = await producer.send(message)
    say({ i, sendStatus, msgId, queueId: messageQueue.queueId, queueOffset })
  }
}

main().then(
  () => process.exit(0),
  (error) => {
    say({ failed: error.message, name: error.name })
    process.exit(1)
  }
)
