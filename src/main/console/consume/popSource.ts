/** Pops from every broker of a topic in turn; each message is settled by its receipt. */
import type { ConsumeDraft } from '../../../shared/consumeDrafts'
import type { MessageExt } from '../../client/messageExt'
import { toMessageExt } from '../../client/messageExt'
import { CLIENT_API_TIMEOUT_MS, type MQClientInstance } from '../../client/mqClientInstance'
import { popMessage, type Popped } from '../../client/popMessage'
import {
  ackRequest,
  changedReceipt,
  changeInvisibleRequest,
  nextVisibleTimeOf,
  type PopReceipt
} from '../../client/popReceipt'
import { MASTER_ID } from '../../client/routeCache'
import type { Consumption, Hand, Source } from './consumption'
import { PollLoop } from './pollLoop'

/** Java: ConsumeInitMode. */
const INIT_MODE = { first: 0, last: 1 } as const

export const popSource = (
  client: MQClientInstance,
  draft: ConsumeDraft,
  consumption: Pick<Consumption, 'take' | 'open' | 'report' | 'recovered' | 'end'>
): Source => {
  const { topic, group, invisibleMs, expressionType, expression, isOrderly, from } = draft
  const owner = { topic, group }
  const { clock, remoting, routes } = client
  let turn = 0

  /** Brokers count with their own clocks: what counts here is when it came. */
  const untilOf = (receipt: PopReceipt): number =>
    clock.real.wall() + (nextVisibleTimeOf(receipt) - receipt.popTime)

  const handOf = (address: string, first: PopReceipt): Hand => {
    let receipt = first
    const change = async (ms: number): Promise<number> => {
      const request = changeInvisibleRequest(owner, receipt, ms)
      const { extFields } = await remoting.call(address, request, CLIENT_API_TIMEOUT_MS)
      receipt = changedReceipt(receipt, extFields)
      return untilOf(receipt)
    }
    return {
      ack: async () => {
        await remoting.call(address, ackRequest(owner, receipt), CLIENT_API_TIMEOUT_MS)
      },
      nack: async (ms) => {
        await change(ms)
      },
      extend: change,
      until: untilOf(first)
    }
  }

  const take = (address: string, brokerName: string, { stored, handle }: Popped): void => {
    const message: MessageExt = toMessageExt(stored, brokerName)
    consumption.take(message, handOf(address, handle))
  }

  const look = async (room: number): Promise<number> => {
    const { brokerDatas } = await routes.get(topic)
    const brokers = brokerDatas.flatMap(({ brokerName, brokerAddrs }) => {
      const address = brokerAddrs[MASTER_ID]
      return address === undefined ? [] : [{ brokerName, address }]
    })
    let found = 0
    const start = turn++
    for (let i = 0; i < brokers.length && found < room; i++) {
      const broker = brokers[(start + i) % brokers.length]
      if (!broker) break
      const { brokerName, address } = broker
      const { messages } = await popMessage(remoting, address, {
        ...{ ...owner, brokerName, expressionType, expression, invisibleMs },
        ...{ queueId: -1, maxMsgNums: room - found, isOrdered: isOrderly, attemptId: undefined },
        bornTime: clock.real.wall(),
        initMode: INIT_MODE[from]
      })
      for (const popped of messages) take(address, brokerName, popped)
      found += messages.length
    }
    return found
  }

  const loop = new PollLoop({ clock: clock.real, consumption, maxInHand: draft.maxInHand, look })
  return {
    clientId: client.clientId,
    queues: undefined,
    start: async () => {
      await routes.get(topic)
      loop.start()
    },
    stop: () => loop.stop(),
    close: () => client.close()
  }
}
