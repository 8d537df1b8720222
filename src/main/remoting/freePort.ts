import { systemClock } from '../base/clock'
import { silentLog } from '../base/log'
import { RemotingServer } from './server'

/** A port nobody listens on now; whoever binds it next has it. @throws Node's error when there is none. */
export const freePort = async (host: string): Promise<number> => {
  const server = new RemotingServer({
    ...{ clock: systemClock, log: silentLog, host, port: 0 },
    handler: () => undefined
  })
  const port = await server.listen()
  await server.close()
  return port
}
