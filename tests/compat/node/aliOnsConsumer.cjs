// A user's push consumer on the stock client: prints one JSON line per message until it is stopped.
const { Consumer } = require('ali-ons')

const { namesrv, topic, group, subscription, fails = 0, keys = {} } = JSON.parse(process.argv[2])

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`)
const silent = { info() {}, warn() {}, debug() {}, error() {} }

const consumer = new Consumer({
  httpclient: {},
  ...keys,
  nameSrv: [].concat(namesrv),
  consumerGroup: group,
  consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
  rebalanceInterval: 1000,
  persistConsumerOffsetInterval: 500,
  logger: silent
})
consumer.on('error', (error) => say({ error: error.message }))
consumer.subscribe(topic, subscription, async (message) => {
  say({
    body: message.body.toString(),
    tags: message.tags,
    keys: message.keys,
    lang: message.properties.lang,
    queueId: message.queueId,
    queueOffset: message.queueOffset,
    msgId: message.msgId,
    reconsumeTimes: message.reconsumeTimes,
    origin: message.originMessageId
  })
  if (message.reconsumeTimes < fails) throw new Error('as the test asked')
})
consumer.ready().then(() => say({ ready: true }))

process.on('SIGTERM', () => {
  consumer.close().then(
    () => process.exit(0),
    () => process.exit(1)
  )
})
