import { expect, test } from 'vitest'
import { RequestCode } from '../protocol/codes/requestCode'
import type { RemotingCommand } from '../protocol/remotingCommand'
import { RemotingConnectError, RemotingTimeoutError } from '../remoting/errors'
import { NamesrvClient } from './namesrvClient'

const request = { code: RequestCode.GET_BROKER_CLUSTER_INFO }

const ok: RemotingCommand = {
  code: 0,
  language: 'JAVA',
  version: 0,
  opaque: 0,
  flag: 1,
  extFields: {},
  serializeType: 'JSON'
}

const create = (addresses: string[], down: Set<string>) => {
  const asked: string[] = []
  const invoke = async (address: string): Promise<RemotingCommand> => {
    asked.push(address)
    if (down.has(address)) throw new RemotingConnectError(address)
    return ok
  }
  const client = { invoke, call: invoke }
  return { asked, namesrv: new NamesrvClient({ client, addresses: () => addresses }) }
}

test('it stays with the nameserver that answered', async () => {
  const down = new Set(['one:1'])
  const { asked, namesrv } = create(['one:1', 'two:1'], down)
  await namesrv.invoke(request)
  down.clear()
  await namesrv.invoke(request)
  expect(asked).toEqual(['one:1', 'two:1', 'two:1'])
})

test('it comes back to the first when the second goes', async () => {
  const down = new Set(['one:1'])
  const { asked, namesrv } = create(['one:1', 'two:1'], down)
  await namesrv.invoke(request)
  down.delete('one:1')
  down.add('two:1')
  await namesrv.invoke(request)
  expect(asked).toEqual(['one:1', 'two:1', 'two:1', 'one:1'])
})

test('when none answers the failure names an address', async () => {
  const { asked, namesrv } = create(['one:1', 'two:1'], new Set(['one:1', 'two:1']))
  await expect(namesrv.invoke(request)).rejects.toMatchObject({ address: 'two:1' })
  expect(asked).toEqual(['one:1', 'two:1'])
})

test('a nameserver that does not answer in time is passed over as well', async () => {
  const invoke = async (address: string): Promise<RemotingCommand> => {
    if (address === 'frozen:1') throw new RemotingTimeoutError(address, 1, 'x')
    return ok
  }
  const addresses = () => ['frozen:1', 'two:1']
  const namesrv = new NamesrvClient({ client: { invoke, call: invoke }, addresses })
  expect(await namesrv.invoke(request)).toBe(ok)
})

test('what must reach every nameserver is sent to all before it fails', async () => {
  const { asked, namesrv } = create(['one:1', 'two:1', 'three:1'], new Set(['two:1']))
  await expect(namesrv.callEvery(request)).rejects.toMatchObject({ address: 'two:1' })
  expect(asked).toEqual(['one:1', 'two:1', 'three:1'])
})

test('without an address it says so', async () => {
  await expect(create([], new Set()).namesrv.invoke(request)).rejects.toMatchObject({
    cause: 'no nameserver address is set'
  })
})
