// The stock client `ali-ons` in the interop test.
const { Consumer, Message, Producer } = require('ali-ons')
const { produce, received, run, say, silent } = require('./interop.cjs')

/** Level 1 of the default levels is the only delay it is asked for. */
const SECOND = 1

const runProducer = async ({ namesrv, plan }) => {
  const producer = new Producer({
    ...{ httpclient: {}, nameSrv: [namesrv], producerGroup: 'interop_ali_ons', logger: silent }
  })
  producer.on('error', (error) => say({ error: error.message }))
  await producer.ready()
  await produce(plan, async ({ topic, tag, keys, body, properties, group, delayMs }) => {
    const message = tag === '' ? new Message(topic, body) : new Message(topic, tag, body)
    if (tag === '') delete message.properties.TAGS
    if (keys.length > 0) message.keys = keys
    Object.assign(message.properties, properties)
    if (group !== '') message.properties.__SHARDINGKEY = group
    if (delayMs > 0) message.delayTimeLevel = SECOND
    // It is told the id of the place; the unique one is the broker's.
    return { offsetMsgId: (await producer.send(message)).msgId }
  })
  process.exit(0)
}

const runConsumer = async ({ namesrv, any, orderly }) => {
  for (const { group, topics } of [any, orderly]) {
    const consumer = new Consumer({
      ...{ httpclient: {}, nameSrv: [namesrv], consumerGroup: group, logger: silent },
      ...{ consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET', rebalanceInterval: 1000 }
    })
    consumer.on('error', (error) => say({ error: error.message }))
    for (const topic of topics)
      consumer.subscribe(topic, '*', async (message) => {
        const { properties } = message
        received({
          ...{ topic: message.topic, body: message.body, tag: message.tags, keys: message.keys },
          ...{ properties, group: properties.__SHARDINGKEY, attempt: message.reconsumeTimes + 1 },
          // It shows the id of the place.
          msgId: properties.UNIQ_KEY ?? message.msgId
        })
      })
    await consumer.ready()
  }
  say({ ready: true })
}

run((options) => (options.plan ? runProducer(options) : runConsumer(options)))
