// npm install rocketmq-client-nodejs
import { Producer, SimpleConsumer } from 'rocketmq-client-nodejs'

// Plaintext; sslEnabled: true asks for TLS and a certificate the system trusts.
const client = { endpoints: '{{endpoint}}', namespace: '' }

const producer = new Producer(client)
await producer.startup()
const body = Buffer.from('Hello')
const { messageId } = await producer.send({ topic: '{{topic}}', tag: 'TagA', body })
console.log('sent', messageId)
await producer.shutdown()

const subscriptions = new Map([['{{topic}}', '*']])
const consumer = new SimpleConsumer({ ...client, consumerGroup: '{{group}}', subscriptions })
await consumer.startup()
for (const message of await consumer.receive(16)) {
  console.log('received', message.body.toString())
  await consumer.ack(message)
}
await consumer.shutdown()
