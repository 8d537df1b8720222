// A user's producer on the stock client that goes on sending until it is told to end: one JSON line per message.
const { Producer, Message } = require('ali-ons')

const { namesrv, topic, pauseMs } = JSON.parse(process.argv[2])

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`)
const silent = { info() {}, warn() {}, debug() {}, error() {} }
let isOver = false
process.on('SIGTERM', () => (isOver = true))

const main = async () => {
  const producer = new Producer({
    httpclient: {},
    nameSrv: namesrv,
    producerGroup: 'ali_ons_steady',
    // 30 s unless told; a test does not wait that long.
    pollNameServerInteval: 1000,
    logger: silent
  })
  producer.on('error', () => undefined)
  await producer.ready()
  for (let i = 0; !isOver; i++) {
    const { sendStatus, messageQueue } = await producer.send(new Message(topic, 'TagA', `${i}`))
    say({ i, sendStatus, broker: messageQueue.brokerName })
    await new Promise((done) => setTimeout(done, pauseMs))
  }
}

main().then(
  () => process.exit(0),
  (error) => {
    say({ failed: error.message, name: error.name })
    process.exit(1)
  }
)
