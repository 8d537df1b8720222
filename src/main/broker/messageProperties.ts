/** What a broker reads from a message's properties on the way in, in one pass, and what it adds to them. */
import { formatProperties, MessageConst, parseProperties } from '../protocol/message/properties'
import type { BrokerConfig } from './brokerConfig'
import type { BrokerIdentity } from './brokerIdentity'

export interface IncomingProperties {
  tags: string | undefined
  uniqKey: string | undefined
  /** A half message (TRAN_MSG). */
  isTransaction: boolean
  /** Has properties that only a broker may set. */
  hasBrokerOwn: boolean
}

const brokerOwn: ReadonlySet<string> = new Set([
  MessageConst.PROPERTY_CLUSTER,
  MessageConst.PROPERTY_MSG_REGION,
  MessageConst.PROPERTY_TRACE_SWITCH,
  MessageConst.PROPERTY_POP_CK
])

export const readIncoming = (properties: string): IncomingProperties => {
  const found: IncomingProperties = {
    tags: undefined,
    uniqKey: undefined,
    isTransaction: false,
    hasBrokerOwn: false
  }
  for (let at = 0; at < properties.length;) {
    let end = properties.indexOf('\u0002', at)
    if (end < 0) end = properties.length
    const separator = properties.indexOf('\u0001', at)
    if (separator > at && separator < end)
      take(found, properties.slice(at, separator), properties, separator + 1, end)
    at = end + 1
  }
  return found
}

const take = (
  found: IncomingProperties,
  name: string,
  properties: string,
  from: number,
  end: number
): void => {
  switch (name) {
    case MessageConst.PROPERTY_TAGS:
      found.tags = properties.slice(from, end)
      break
    case MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX:
      found.uniqKey = properties.slice(from, end)
      break
    case MessageConst.PROPERTY_TRANSACTION_PREPARED:
      found.isTransaction = properties.slice(from, end).toLowerCase() === 'true'
      break
    default:
      if (brokerOwn.has(name)) found.hasBrokerOwn = true
  }
}

/** Adds what a 5.x broker stores with each message: region, trace switch, cluster, and a unique key where there is none. */
export class PropertyStamp {
  private text = ''
  private madeFor = ''

  constructor(
    private readonly config: Pick<BrokerConfig, 'regionId' | 'traceOn'>,
    private readonly identity: Pick<BrokerIdentity, 'cluster'>
  ) {}

  apply(properties: string, incoming: IncomingProperties, uniqKeyIfAbsent: () => string): string {
    let stamped = properties
    if (incoming.hasBrokerOwn)
      stamped = formatProperties(parseProperties(stamped).filter(([name]) => !brokerOwn.has(name)))
    if (stamped !== '' && !stamped.endsWith('\u0002')) stamped += '\u0002'
    if (incoming.uniqKey === undefined) {
      incoming.uniqKey = uniqKeyIfAbsent()
      stamped += `${MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX}\u0001${incoming.uniqKey}\u0002`
    }
    return stamped + this.suffix()
  }

  private suffix(): string {
    const { regionId, traceOn } = this.config
    const madeFor = `${regionId} ${traceOn}`
    if (madeFor === this.madeFor) return this.text
    this.madeFor = madeFor
    return (this.text = formatProperties([
      [MessageConst.PROPERTY_MSG_REGION, regionId],
      [MessageConst.PROPERTY_TRACE_SWITCH, String(traceOn)],
      [MessageConst.PROPERTY_CLUSTER, this.identity.cluster]
    ]))
  }
}
