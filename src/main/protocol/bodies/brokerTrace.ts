/** GANTRY_QUERY_MESSAGE_TRACE (31001): what a Gantry broker saw happen to messages. No Java counterpart. */
import { numberOf, objectsOf, textOf, type Json } from './read'
import { jsonBody } from './rocketmqJson'

/**
 * What happened. `commit`: a group's progress passed it, `rewind`: it went back before it; `check`: a producer was asked
 * how its transaction ended, `rollback`: it ended so.
 */
export const traceKinds = [
  'put',
  'pull',
  'pop',
  'ack',
  'invisible',
  'commit',
  'rewind',
  'sendBack',
  'dead',
  'check',
  'rollback'
] as const
export type TraceKind = (typeof traceKinds)[number]

/** Where a message lies. */
export interface TracePlace {
  topic: string
  queueId: number
  queueOffset: number
}

/** An event about the messages `from` to `from + count - 1` of a queue. */
export interface BrokerTraceEvent {
  /** Milliseconds since the epoch. */
  at: number
  kind: TraceKind
  topic: string
  queueId: number
  from: number
  count: number
  group: string
  /** Client id, or the address where the client sent no heartbeat; empty for the broker itself. */
  client: string
}

export interface BrokerTraceAnswer {
  /** Events before it are not known: the broker was restarted, or they made room for newer ones. */
  since: number
  /** Oldest first. */
  events: BrokerTraceEvent[]
}

export const encodeTraceQuery = (places: readonly TracePlace[]): Buffer => jsonBody({ places })

const placeOf = (value: Json): TracePlace => ({
  topic: textOf(value.topic),
  queueId: numberOf(value.queueId, -1),
  queueOffset: numberOf(value.queueOffset, -1)
})

export const readTraceQuery = (body: Json): TracePlace[] => objectsOf(body.places).map(placeOf)

export const encodeTraceAnswer = ({ since, events }: BrokerTraceAnswer): Buffer =>
  jsonBody({ since, events })

export const readTraceAnswer = (body: Json): BrokerTraceAnswer => ({
  since: numberOf(body.since, 0),
  events: objectsOf(body.events).flatMap((value) => {
    const kind = traceKinds.find((known) => known === value.kind)
    // A newer broker may know kinds that this console does not.
    if (kind === undefined) return []
    const { topic, queueId } = placeOf(value)
    const [from, count] = [numberOf(value.from, -1), numberOf(value.count, 1)]
    const [group, client] = [textOf(value.group), textOf(value.client)]
    return [{ at: numberOf(value.at, 0), kind, topic, queueId, from, count, group, client }]
  })
})
