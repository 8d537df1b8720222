// npm install ali-ons
import { Message, Producer } from 'ali-ons'

const producer = new Producer({
  nameSrv: '{{endpoint}}',
  producerGroup: '{{group}}',
  httpclient: {}
})
await producer.ready()
const { msgId } = await producer.send(new Message('{{topic}}', 'TagA', 'Hello'))
console.log('sent', msgId)
await producer.close()
process.exit() // its timers would go on
