/** The Node clients of the interop test, each in a process of its own; in the Java suite two more join. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runScript } from '../node/scripts'
import { type Line, topicsOf, writePlan } from './interopPlan'

export interface Party {
  name: string
  /** Consumers over remoting are shown RocketMQ's own properties too. */
  seesAllProperties: boolean
  /** Sends its plan to its end; what it was told. */
  produce(): Promise<readonly Line[]>
  /** From when it is ready until `stop`. */
  consume(producers: readonly string[]): Promise<Consumption>
}

export interface Consumption {
  lines: () => readonly Line[]
  /** Resolves when it holds; rejects when the client ends before. */
  until(accept: (lines: readonly Line[]) => boolean): Promise<void>
  stop(): Promise<void>
}

/** The groups of a consumer; the second one is orderly. */
export const groupsOf = (consumer: string) => ({
  any: `interop_${consumer}_any`,
  orderly: `interop_${consumer}_orderly`
})

export const subscriptionsOf = (consumer: string, producers: readonly string[]) => {
  const groups = groupsOf(consumer)
  return {
    any: { group: groups.any, topics: producers.map((name) => topicsOf(name).any) },
    orderly: { group: groups.orderly, topics: producers.map((name) => topicsOf(name).orderly) }
  }
}

const folder = mkdtempSync(join(tmpdir(), 'interop-'))
export const planFile = (producer: string): string => writePlan(folder, producer)

const nodeParty = (
  name: string,
  script: string,
  seesAllProperties: boolean,
  addresses: object
): Party => ({
  name,
  seesAllProperties,
  produce: async () => {
    const producer = runScript(script, {
      ...{ ...addresses, plan: planFile(name), topics: Object.values(topicsOf(name)) }
    })
    const code = await producer.exited
    if (code !== 0) throw new Error(`${script} ended with ${code}: ${JSON.stringify(producer.lines.at(-1))}`) // prettier-ignore
    return producer.lines
  },
  consume: async (producers) => {
    const consumer = runScript(script, { ...addresses, ...subscriptionsOf(name, producers) })
    await consumer.until((lines) => lines.some(({ ready }) => ready === true))
    return {
      lines: () => consumer.lines,
      until: async (accept) => void (await consumer.until(accept)),
      stop: () => consumer.kill()
    }
  }
})

/** `ali-ons` by a nameserver, the gRPC client by a proxy. */
export const nodeParties = (namesrv: string, endpoints: string): Party[] => [
  nodeParty('aliOns', 'interopAliOns.cjs', true, { namesrv }),
  nodeParty('npmGrpc', 'interopGrpc.cjs', false, { endpoints })
]
