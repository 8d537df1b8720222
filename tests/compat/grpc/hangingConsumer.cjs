/* A push consumer in a process of its own that never comes to an end with its first message: it is there to be killed. */
const { PushConsumer } = require('rocketmq-client-nodejs')

const ignore = () => undefined

const consumer = new PushConsumer({
  endpoints: process.argv[2],
  namespace: '',
  logger: { info: ignore, warn: ignore, error: ignore },
  consumerGroup: 'G',
  subscriptions: new Map([['T', '*']]),
  messageListener: {
    consume: (message) => {
      process.send(message.body.toString('utf8'))
      return new Promise(ignore)
    }
  }
})

consumer.startup().then(() => process.send('started'))
