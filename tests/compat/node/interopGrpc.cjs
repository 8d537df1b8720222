// The stock client `rocketmq-client-nodejs` in the interop test.
const { ConsumeResult, Producer, PushConsumer } = require('rocketmq-client-nodejs')
const { produce, received, run, say, silent } = require('./interop.cjs')

const runProducer = async ({ endpoints, topics, plan }) => {
  const producer = new Producer({ endpoints, namespace: '', topic: topics, logger: silent })
  await producer.startup()
  await produce(plan, async ({ topic, tag, keys, body, properties, group }, due) => {
    const { messageId } = await producer.send({
      ...{ topic, body, keys, properties: new Map(Object.entries(properties)) },
      ...(tag !== '' && { tag }),
      ...(group !== '' && { messageGroup: group }),
      ...(due > 0 && { deliveryTimestamp: new Date(due) })
    })
    return { msgId: messageId }
  })
  await producer.shutdown()
  process.exit(0)
}

const runConsumer = async ({ endpoints, any, orderly }) => {
  for (const { group, topics } of [any, orderly]) {
    const consumer = new PushConsumer({
      ...{ endpoints, namespace: '', consumerGroup: group, logger: silent },
      subscriptions: new Map(topics.map((topic) => [topic, '*'])),
      messageListener: {
        consume: async (message) => {
          received({
            ...{ topic: message.topic, body: message.body, tag: message.tag },
            ...{ keys: message.keys.join(' '), properties: Object.fromEntries(message.properties) },
            ...{ group: message.messageGroup, msgId: message.messageId },
            attempt: message.deliveryAttempt
          })
          return ConsumeResult.SUCCESS
        }
      }
    })
    await consumer.startup()
  }
  say({ ready: true })
}

run((options) => (options.plan ? runProducer(options) : runConsumer(options)))
