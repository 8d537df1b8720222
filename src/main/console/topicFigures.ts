/** Rates and counts of topics, asked of their brokers as `mqadmin statsAll` does. */
import type { Handlers } from '../../shared/contract'
import { MAX_FIGURE_GROUPS } from '../../shared/topicLimits'
import type { TopicFigures } from '../../shared/topicViews'
import type { Admin } from '../admin/admin'
import { inParallel, type BrokerRef } from '../admin/adminCall'
import type { TopicStats } from '../admin/topicAdmin'
import { ResponseCode } from '../protocol/codes/responseCode'
import { RemotingError } from '../protocol/remotingCommand'

interface Deps {
  admin: Pick<
    Admin,
    'findMasters' | 'examineTopicStatsAt' | 'queryTopicConsumeByWho' | 'viewBrokerStatsData'
  >
}

/** Java: Stats.GROUP_GET_NUMS; its key is `topic@group`. */
const GROUP_GET_NUMS = 'GROUP_GET_NUMS'

const isAbsent = (outcome: PromiseSettledResult<unknown>): boolean =>
  outcome.status === 'rejected' &&
  outcome.reason instanceof RemotingError &&
  outcome.reason.code === ResponseCode.TOPIC_NOT_EXIST

const sumOf = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0)

/** Undefined when nobody tells. */
const sumOfKnown = (numbers: readonly (number | undefined)[]): number | undefined => {
  const known = numbers.filter((number) => number !== undefined)
  return known.length === 0 ? undefined : sumOf(known)
}

export const topicFigureHandlers = ({ admin }: Deps) => {
  const outTpsOf = async (
    topic: string,
    brokers: readonly BrokerRef[]
  ): Promise<number | undefined> => {
    const groups = (await admin.queryTopicConsumeByWho(topic)).slice(0, MAX_FIGURE_GROUPS)
    const asked = groups.flatMap((group) => brokers.map(({ address }) => ({ group, address })))
    const rates = await Promise.all(
      asked.map(({ group, address }) =>
        admin.viewBrokerStatsData(address, GROUP_GET_NUMS, `${topic}@${group}`)
      )
    )
    // Where nothing was counted nothing passed.
    return sumOf(rates.map((rate) => rate?.statsMinute.tps ?? 0))
  }

  const figuresOf = async (
    topic: string,
    masters: readonly BrokerRef[]
  ): Promise<TopicFigures | undefined> => {
    const outcomes = await Promise.allSettled(
      masters.map(async (broker) => ({
        broker,
        stats: await admin.examineTopicStatsAt(broker.address, topic)
      }))
    )
    const answers = outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' ? [outcome.value] : []
    )
    if (answers.length === 0 && outcomes.every(isAbsent)) return undefined
    const offsets = answers.flatMap(({ stats }: { stats: TopicStats }) => stats.offsets)
    const inTps = sumOfKnown(answers.map(({ stats }) => stats.topicPutTps))
    const isPartial = outcomes.some((outcome) => outcome.status === 'rejected' && !isAbsent(outcome)) // prettier-ignore
    const hasAny = offsets.some(({ maxOffset }) => maxOffset > 0)
    // A topic without a route, or a broker that does not tell, has no rate; the rest counts all the same.
    const outTps = hasAny
      ? await outTpsOf(topic, answers.map(({ broker }) => broker)).catch(() => undefined) // prettier-ignore
      : 0
    return {
      topic,
      messages: sumOf(offsets.map(({ minOffset, maxOffset }) => Math.max(0, maxOffset - minOffset))), // prettier-ignore
      lastTimestamp: Math.max(0, ...offsets.map(({ lastUpdateTimestamp }) => lastUpdateTimestamp)),
      ...(inTps !== undefined && { inTps }),
      ...(outTps !== undefined && { outTps }),
      isPartial
    }
  }

  return {
    'topic.figures': async ({ topics }) => {
      const masters = await admin.findMasters()
      const outcomes = await inParallel(topics, (topic) => figuresOf(topic, masters))
      return outcomes.flatMap((outcome) =>
        outcome.status === 'fulfilled' && outcome.value ? [outcome.value] : []
      )
    }
  } satisfies Partial<Handlers>
}
