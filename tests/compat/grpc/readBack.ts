/** Messages of gRPC producers, as a remoting consumer gets them. */
import type { MessageExt } from '../../../src/main/client/messageExt'
import { Inbox } from '../../cluster/client/cluster'
import type { GrpcRig } from './rig'

/** From the first message of the topic on. */
export const readBack = async (rig: GrpcRig, topic: string): Promise<Inbox> => {
  const inbox = new Inbox()
  await rig.consumer({
    group: `reads_${topic}`,
    subscription: [[topic, '*']],
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    listener: inbox.listener
  })
  return inbox
}

export const propertiesOf = ({ properties }: MessageExt): Record<string, string> =>
  Object.fromEntries(properties)
