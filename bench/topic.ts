import { silentLog } from '../src/main/base/log'
import { systemClock } from '../src/main/base/clock'
import { RequestCode } from '../src/main/protocol/codes/requestCode'
import { CreateTopicRequestHeader } from '../src/main/protocol/headers/admin'
import { RemotingClient } from '../src/main/remoting/client'

/** Creates a topic as mqadmin does. @throws RemotingError when the broker refuses. */
export const createTopic = async (
  brokerPort: number,
  topic: string,
  queues: number
): Promise<void> => {
  const client = new RemotingClient({ clock: systemClock, log: silentLog })
  try {
    await createTopicWith(client, brokerPort, topic, queues)
  } finally {
    client.close()
  }
}

/** The same over a client that stays open. */
export const createTopicWith = async (
  client: RemotingClient,
  brokerPort: number,
  topic: string,
  queues: number
): Promise<void> => {
  await client.call(
    `127.0.0.1:${brokerPort}`,
    {
      code: RequestCode.UPDATE_AND_CREATE_TOPIC,
      extFields: CreateTopicRequestHeader.encode({
        topic,
        defaultTopic: 'TBW102',
        readQueueNums: queues,
        writeQueueNums: queues,
        perm: 6,
        topicFilterType: 'SINGLE_TAG',
        topicSysFlag: 0,
        order: false
      })
    },
    5000
  )
}
