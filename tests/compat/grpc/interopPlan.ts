/** What each client of the interop test sends, and what each other one must make of it. */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'

export interface PlannedMessage {
  topic: string
  text: string
  /** The body is the text so many times. */
  times: number
  tag: string
  keys: string[]
  /** `name` says which one it is. */
  properties: Record<string, string>
  /** FIFO; empty: none. */
  group: string
  delayMs: number
}

/** One line of a client: the same columns whatever it is written in. */
export type Line = Record<string, unknown>

/** Its topics: one takes messages of every type but FIFO, one keeps order. */
export const topicsOf = (producer: string) => ({
  any: `interop_${producer}`,
  orderly: `interop_${producer}_fifo`
})

const MESSAGES_OF_A_GROUP = 8

export const planOf = (producer: string): PlannedMessage[] => {
  const topic = topicsOf(producer)
  const make = (name: string, part: Partial<PlannedMessage> = {}): PlannedMessage => ({
    ...{ topic: topic.any, text: `${producer} ${name} 正文`, times: 1, tag: '', keys: [] },
    ...{ group: '', delayMs: 0, ...part },
    properties: { name: `${producer} ${name}`, ...part.properties }
  })
  const inOrder = Array.from({ length: MESSAGES_OF_A_GROUP }, (_, i) =>
    ['g1', 'g2'].map((group) => make(`${group} ${i}`, { topic: topic.orderly, group, tag: 'T' }))
  ).flat()
  return [
    make('bare'),
    make('tagged', { tag: 'TagA' }),
    make('dressed', {
      ...{ tag: 'TagB', keys: [`${producer}-1`, `${producer}-2`] },
      properties: { colour: '红色', note: 'a b|c&d' }
    }),
    // Java compresses above 4096 bytes; the other one is no round number of anything.
    make('large', { text: '0123456789', times: 900, keys: [`${producer}-large`] }),
    make('huge', { text: '消息x', times: 44_449, tag: 'TagA' }),
    make('delayed', { delayMs: 1000, tag: 'TagC' }),
    ...inOrder
  ]
}

/** Tab-separated, so that every language reads it in a line or two. */
export const writePlan = (folder: string, producer: string): string => {
  const file = join(folder, `${producer}.tsv`)
  const rows = planOf(producer).map((message) => {
    const pairs = Object.entries(message.properties).map((pair) => pair.join('='))
    const { topic, text, times, tag, keys, group, delayMs } = message
    return [topic, text, times, tag, keys.join(' '), pairs.join(';'), group, delayMs].join('\t')
  })
  writeFileSync(file, rows.join('\n'))
  return file
}

const propertiesOf = (line: Line): Map<string, string> =>
  new Map(
    String(line['properties'])
      .split(';')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const at = pair.indexOf('=')
        return [pair.slice(0, at), pair.slice(at + 1)]
      })
  )

/** A stock proxy hands these over as well: RocketMQ does not count them as its own. */
const ALSO_USERS = new Set(['__SHARDINGKEY', 'TRACE_CONTEXT'])

const received = (lines: readonly Line[]) =>
  lines.filter(({ event, size }) => event === 'received' || size !== undefined)

const named = (lines: readonly Line[], { properties }: PlannedMessage) =>
  lines.filter(({ name }) => name === properties['name'])

/** How many of the producer's messages have come. */
export const countOf = (lines: readonly Line[], producer: string): number =>
  planOf(producer).filter((message) => named(received(lines), message).length > 0).length

interface Exchange {
  producer: string
  sent: readonly Line[]
  got: readonly Line[]
  /** Consumers over remoting see RocketMQ's own properties too. */
  seesAllProperties: boolean
}

/** Every message once, whole, on the first attempt, delayed ones not early, groups in order. */
export const expectSame = ({ producer, sent, got, seesAllProperties }: Exchange): void => {
  for (const message of planOf(producer)) {
    const name = message.properties['name']!
    const [line, ...more] = named(received(got), message)
    const { msgId, due } = named(sent, message)[0]!
    expect(line, name).toBeDefined()
    expect(more, name).toEqual([])
    const body = Buffer.from(message.text.repeat(message.times))
    expect(line, name).toMatchObject({
      ...{ topic: message.topic, size: body.length, attempt: 1 },
      ...(msgId !== undefined && { msgId }),
      ...{ tag: message.tag, keys: message.keys.join(' '), group: message.group },
      sha1: createHash('sha1').update(body).digest('hex')
    })
    expect(Number(line!['at']), name).toBeGreaterThanOrEqual(Number(due))
    const properties = propertiesOf(line!)
    const own = Object.entries(message.properties)
    expect(
      own.map(([key]) => [key, properties.get(key)]),
      name
    ).toEqual(own)
    const others = [...properties.keys()].filter(
      (key) => !(key in message.properties) && !ALSO_USERS.has(key)
    )
    if (!seesAllProperties) expect(others, name).toEqual([])
  }
  const topic = topicsOf(producer).orderly
  for (const group of ['g1', 'g2']) {
    const names = received(got)
      .filter((line) => line['topic'] === topic && line['group'] === group)
      .map(({ name }) => name)
    expect(names).toEqual(
      Array.from({ length: MESSAGES_OF_A_GROUP }, (_, i) => `${producer} ${group} ${i}`)
    )
  }
}
