/** A queue of a topic as one word, for select options and addresses: `broker-a:3`. */

export interface QueueName {
  brokerName: string
  queueId: number
}

export const queueKey = ({ brokerName, queueId }: QueueName): string => `${brokerName}:${queueId}`

export const queueOfKey = (key: string): QueueName | undefined => {
  const at = key.lastIndexOf(':')
  const queueId = Number(key.slice(at + 1))
  return at > 0 && Number.isInteger(queueId) ? { brokerName: key.slice(0, at), queueId } : undefined
}
