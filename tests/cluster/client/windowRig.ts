/** The composer and the consumers of a window, on a cluster of real sockets, asked as the window asks. */
import { onTestFinished } from 'vitest'
import { systemClock } from '../../../src/main/base/clock'
import { Emitter } from '../../../src/main/base/emitter'
import { silentLog } from '../../../src/main/base/log'
import { systemRandom } from '../../../src/main/base/random'
import type { ComposerCollection } from '../../../src/main/console/compose/kept'
import { toProblem } from '../../../src/main/console/problems'
import { openWindowParts } from '../../../src/main/console/windowParts'
import type { ComposerDoc } from '../../../src/main/meta/installationMeta'
import { emptyForm, type ComposeForm } from '../../../src/shared/composeForm'
import type { ConsumeDraft } from '../../../src/shared/consumeDrafts'
import type { ConsumedView, ConsumerView } from '../../../src/shared/consumeViews'
import { testCluster, until, type TestCluster } from './cluster'

/** A collection in memory. */
export const composerDocs = (): ComposerCollection => {
  const docs = new Map<string, ComposerDoc>()
  return {
    all: () => [...docs],
    get: (key) => docs.get(key),
    put: (key, value) => Promise.resolve(void docs.set(key, value)),
    remove: (key) => Promise.resolve(void docs.delete(key)),
    removeAll: (keys) => Promise.resolve(keys.forEach((key) => docs.delete(key)))
  }
}

const caller = { id: 'w1' }

export type WindowRig = Awaited<ReturnType<typeof windowRig>>

/** One broker, and a topic of four queues. */
export const windowRig = async (properties: Record<string, string> = {}, topic = 'Orders') => {
  const cluster: TestCluster = await testCluster()
  await cluster.broker('broker-a', properties)
  const { admin, namesrv } = cluster
  const make = (topicName: string, queues = 4, messageType?: string): Promise<void> =>
    admin.updateTopic({
      ...{ topicName, readQueueNums: queues, writeQueueNums: queues, perm: 6 },
      ...(messageType !== undefined && { attributes: `+message.type=${messageType}` })
    })
  await make(topic)
  const parts = openWindowParts({
    ...{ clock: systemClock, random: systemRandom, log: silentLog, admin },
    composer: composerDocs(),
    connections: {
      target: {
        ...{ number: 0, name: '', admin, close: () => undefined },
        namesrvAddresses: () => [namesrv.address],
        clientOptions: { clock: systemClock }
      },
      switched: new Emitter<void>()
    },
    hub: { markStale: () => undefined },
    problemOf: (error) =>
      toProblem(error, {
        ...{ method: 'compose.send', params: undefined, log: silentLog },
        cluster: { namesrvAddresses: () => [namesrv.address], brokerStatuses: () => [] }
      })
  })
  onTestFinished(() => parts.leave())
  const { handlers } = parts

  const draft = (change: Partial<ConsumeDraft>): ConsumeDraft => ({
    ...{
      topic,
      group: 'gantry_window_test',
      makeGroup: true,
      cleanUp: true,
      takeFromOthers: false
    },
    ...{ kind: 'push', model: 'CLUSTERING', isOrderly: false, from: 'first' },
    ...{ expressionType: 'TAG', expression: '*', maxInHand: 8, invisibleMs: 30_000 },
    behaviour: { ack: 'manual', failPercent: 0, processingMs: 0 },
    ...change
  })

  return {
    ...{ cluster, parts, handlers, make, caller },
    send: (change: Partial<ComposeForm>, seed = 1) =>
      handlers['compose.send']({ form: { ...emptyForm(), topic, body: 'hello', ...change }, seed }),
    start: (change: Partial<ConsumeDraft> = {}) => handlers['consume.start'](draft(change), caller),
    view: (id: string): ConsumerView => handlers['consume.view']({ id, since: 0 }, caller),
    /** Until the list satisfies. */
    reaches: async (
      id: string,
      satisfied: (messages: ConsumedView[], view: ConsumerView) => boolean
    ): Promise<ConsumerView> =>
      until(
        // A round trip, so that it waits for the cluster and not for the clock.
        async () => {
          await admin.examineTopicRouteInfo(topic)
          return handlers['consume.view']({ id, since: 0 }, caller)
        },
        (view) => satisfied(view.changed, view)
      ),
    settle: (
      id: string,
      action: 'ack' | 'nack' | 'extend',
      numbers: number[],
      invisibleMs = 1000
    ) => handlers['consume.settle']({ id, numbers, action, invisibleMs }, caller)
  }
}
