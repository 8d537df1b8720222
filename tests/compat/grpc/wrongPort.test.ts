/** Stock clients that were given the other protocol's port. */
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import npm from 'rocketmq-client-nodejs'
import type { Stranger } from '../../../src/main/remoting/strangers'
import { runScript } from '../node/scripts'
import { grpcCluster, grpcRig, quiet } from './rig'

test('npm at the nameserver’s port reads which one it needs', async () => {
  const rig = await grpcRig()
  const { address } = rig.namesrv
  const producer = new npm.Producer({
    ...{ endpoints: address, namespace: '', logger: quiet },
    topics: ['T']
  })
  const error = await producer.startup().catch((reason: unknown) => reason)
  // As Node prints it, with its causes.
  expect(inspect(error)).toMatch(/UNIMPLEMENTED.*remoting protocol.*8081/)
})

test('ali-ons at the proxy’s port reads which one is the nameserver’s', async () => {
  const rig = await grpcCluster()
  const strangers: Stranger[] = []
  const { port } = await rig.startProxy({}, { onStranger: (its) => strangers.push(its) })
  const script = runScript('aliOnsProducer.cjs', {
    ...{ namesrv: rig.endpoints(), topic: 'T', count: 1, prefix: 'm', tags: ['a'] }
  })
  const isTold = (text: unknown): boolean =>
    String(text).includes(`namesrvAddr to ${rig.namesrv.address}`)
  await script.until((lines) => lines.some(({ error, failed }) => isTold(error) || isTold(failed)))
  await script.kill()
  expect(strangers).toMatchObject([{ protocol: 'remoting', port }])
})
