/** A message that asks, and the answer that is pushed back. Java: DefaultMQProducer.request, ClientRemotingProcessor.receiveReplyMessage. */
import type { RealTime } from '../base/clock'
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import { ReplyMessageRequestHeader } from '../protocol/headers/send'
import { MessageConst, parseProperties } from '../protocol/message/properties'
import { compressionOf } from '../protocol/message/sysFlag'
import { route, type Route } from '../remoting/route'
import type { DefaultMQProducer } from './defaultMQProducer'
import type { Message } from './message'
import { inflateBody } from './messageExt'
import type { SendOptions, SendResult } from './messageSender'
import type { MQClientInstance } from './mqClientInstance'

/** Requests under way at once; a further one is refused. */
export const MAX_REQUESTS = 64

/** Java: MessageConst.PROPERTY_MESSAGE_TTL, of a request. */
const PROPERTY_MESSAGE_TTL = 'TTL'

export interface Reply {
  /** Inflated where it was compressed. */
  body: Buffer
  properties: readonly (readonly [string, string])[]
  tookMs: number
}

export interface Requested {
  result: SendResult
  /** Undefined: nobody answered in time. */
  reply: Reply | undefined
}

interface Waiting {
  resolve: (reply: Omit<Reply, 'tookMs'>) => void
}

export class RequestReplies {
  private readonly waiting = new Map<string, Waiting>()

  constructor(private readonly clock: RealTime) {}

  /** PUSH_REPLY_MESSAGE_TO_CLIENT (326); a reply nobody waits for any more is taken and dropped, as Java does. */
  route(): Route {
    return route(
      RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT,
      ReplyMessageRequestHeader,
      ({ header, body }) => {
        const properties = parseProperties(header.properties ?? '')
        const id = properties.find(([name]) => name === MessageConst.PROPERTY_CORRELATION_ID)?.[1]
        const inflated = inflateBody(body, compressionOf(header.sysFlag))
        this.waiting.get(id ?? '')?.resolve({ body: inflated.body, properties })
        return { code: ResponseCode.SUCCESS }
      }
    )
  }

  /** @throws RangeError beyond MAX_REQUESTS; as `send`. */
  async request(
    client: Pick<MQClientInstance, 'clientId' | 'ids' | 'routes' | 'sendHeartbeatToAllBrokers'>,
    producer: Pick<DefaultMQProducer, 'send'>,
    message: Message,
    options: SendOptions & { replyTimeoutMs: number }
  ): Promise<Requested> {
    if (this.waiting.size >= MAX_REQUESTS)
      throw new RangeError(`${MAX_REQUESTS} requests wait for their replies already`)
    const { replyTimeoutMs, ...sendOptions } = options
    const correlationId = client.ids.createUniqID()
    // Its broker pushes the reply to a client that it knows.
    await client.routes.find(message.topic)
    await client.sendHeartbeatToAllBrokers()
    const from = this.clock.monotonic()
    const answered = this.wait(correlationId, replyTimeoutMs)
    try {
      const result = await producer.send(
        {
          ...message,
          properties: [
            ...(message.properties ?? []),
            [MessageConst.PROPERTY_CORRELATION_ID, correlationId],
            [MessageConst.PROPERTY_MESSAGE_REPLY_TO_CLIENT, client.clientId],
            [PROPERTY_MESSAGE_TTL, String(replyTimeoutMs)]
          ]
        },
        sendOptions
      )
      const reply = await answered.reply
      const tookMs = Math.round(this.clock.monotonic() - from)
      return { result, reply: reply && { ...reply, tookMs } }
    } finally {
      answered.forget()
    }
  }

  private wait(id: string, timeoutMs: number) {
    let timer: { dispose(): void } | undefined
    const reply = new Promise<Omit<Reply, 'tookMs'> | undefined>((resolve) => {
      this.waiting.set(id, { resolve })
      timer = this.clock.after(timeoutMs, () => resolve(undefined))
    })
    const forget = (): void => {
      timer?.dispose()
      this.waiting.delete(id)
    }
    return { reply, forget }
  }
}
