// A user's program on the stock client of RocketMQ 5: one client of each kind, there until it is stopped.
const { ConsumeResult, Producer, PushConsumer, SimpleConsumer } = require('rocketmq-client-nodejs')

const { endpoints, topic, groups } = JSON.parse(process.argv[2])

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`)
const logger = { info() {}, warn() {}, error() {} }
const client = { endpoints, namespace: '', logger }
const subscriptions = new Map([[topic, '*']])

const clients = [
  new Producer({ ...client, topics: [topic] }),
  new SimpleConsumer({ ...client, consumerGroup: groups.simple, subscriptions }),
  new PushConsumer({
    ...client,
    consumerGroup: groups.push,
    subscriptions,
    messageListener: {
      consume: async (message) => {
        say({ body: message.body.toString() })
        return ConsumeResult.SUCCESS
      }
    }
  })
]

process.on('SIGTERM', async () => {
  await Promise.all(clients.map((client) => client.shutdown()))
  process.exit(0)
})

Promise.all(clients.map((client) => client.startup())).then(() => say({ ready: true }))
