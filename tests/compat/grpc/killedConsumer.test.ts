/** A stock npm push consumer that is killed: what it had in hand is not lost. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Heard, push } from './pushRig'
import { grpcRig } from './rig'

test('what a killed client had in hand comes to another one', async () => {
  const rig = await grpcRig()
  await rig.topic('T')
  const producer = await rig.producer()
  const child = fork(join(import.meta.dirname, 'hangingConsumer.cjs'), [rig.endpoints()])
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  await once(child, 'message')
  await producer.send({ topic: 'T', body: Buffer.from('a') })
  expect((await once(child, 'message'))[0]).toBe('a')
  const heard = new Heard()
  await push(rig, heard)
  child.kill('SIGKILL')
  await heard.count(1)
  expect(heard.messages[0]).toMatchObject({ deliveryAttempt: 2, body: Buffer.from('a') })
})
