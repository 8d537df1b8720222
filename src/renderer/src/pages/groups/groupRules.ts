/** What the group form and detail compute. Pure. */
import type { GroupDraftInput } from '../../../../shared/drafts'
import { GROUP_MAX_LENGTH } from '../../../../shared/names'
import type { GroupDetail, GroupProgress } from '../../../../shared/groupViews'
import { nameProblem, type NameProblem } from '../../format/names'

export const groupNameProblem = (name: string): NameProblem | undefined =>
  nameProblem(name, GROUP_MAX_LENGTH)

export interface GroupForm {
  groupName: string
  consumeEnable: boolean
  consumeBroadcastEnable: boolean
  consumeMessageOrderly: boolean
  consumeFromMinEnable: boolean
  notifyConsumerIdsChangedEnable: boolean
  retryQueueNums: number | null
  retryMaxTimes: number | null
  consumeTimeoutMinute: number | null
  whichBrokerWhenConsumeSlowly: number | null
  /** None: every broker. */
  brokerNames: string[]
}

/** RocketMQ's defaults of SubscriptionGroupConfig. */
export const newGroupForm = (): GroupForm => ({
  groupName: '',
  consumeEnable: true,
  consumeBroadcastEnable: true,
  consumeMessageOrderly: false,
  consumeFromMinEnable: true,
  notifyConsumerIdsChangedEnable: true,
  retryQueueNums: 1,
  retryMaxTimes: 16,
  consumeTimeoutMinute: 15,
  whichBrokerWhenConsumeSlowly: 1,
  brokerNames: []
})

export const groupFormOf = ({ groupName, config }: GroupDetail): GroupForm => {
  if (!config) return { ...newGroupForm(), groupName }
  const { brokerId: _kept, ...settings } = config
  return { ...newGroupForm(), groupName, ...settings }
}

/** Undefined while the form is not complete. */
export const groupDraftOf = (form: GroupForm): GroupDraftInput | undefined => {
  const { groupName, retryQueueNums, retryMaxTimes } = form
  const { consumeTimeoutMinute, whichBrokerWhenConsumeSlowly } = form
  if (
    groupNameProblem(groupName) ||
    retryQueueNums === null ||
    retryMaxTimes === null ||
    consumeTimeoutMinute === null ||
    whichBrokerWhenConsumeSlowly === null
  ) {
    return undefined
  }
  return {
    ...form,
    ...{ groupName, retryQueueNums, retryMaxTimes },
    ...{ consumeTimeoutMinute, whichBrokerWhenConsumeSlowly }
  }
}

/** Share of a queue that is consumed, 0 to 1; an empty queue is done. */
export const consumedShare = ({ brokerOffset, lag }: GroupProgress): number =>
  brokerOffset <= 0 || lag <= 0 ? 1 : Math.max(0, 1 - lag / brokerOffset)

export const totalLag = (progress: readonly GroupProgress[]): number =>
  progress.reduce((sum, { lag }) => sum + Math.max(0, lag), 0)

export interface TopicTotal {
  topic: string
  lag: number
  inflight: number
  delayMs?: number
  lastTimestamp: number
}

export const topicTotals = (progress: readonly GroupProgress[]): TopicTotal[] => {
  const totals = new Map<string, TopicTotal>()
  for (const { topic, lag, inflight, delayMs, lastTimestamp } of progress) {
    const total = totals.get(topic) ?? { topic, lag: 0, inflight: 0, lastTimestamp: 0 }
    total.lag += Math.max(0, lag)
    total.inflight += inflight
    if (delayMs !== undefined) total.delayMs = Math.max(total.delayMs ?? 0, delayMs)
    total.lastTimestamp = Math.max(total.lastTimestamp, lastTimestamp)
    totals.set(topic, total)
  }
  return [...totals.values()]
}

/** What can be reset: everything the group consumes; its own topics are chosen, retries are not. */
export const topicsOfDetail = ({ progress, subscriptions }: GroupDetail) => {
  const all = [...new Set([...progress, ...subscriptions].map(({ topic }) => topic))].sort()
  return { all, chosen: all.filter((topic) => !topic.startsWith('%')) }
}

/** RocketMQ's messageDelayLevel, in ms. */
const DELAY_LEVELS_MS = [1, 5, 10, 30, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600, 1200, 1800, 3600, 7200].map((s) => s * 1000) // prettier-ignore
/** The first retry waits this level; each further one a level more, the last one again and again. */
const FIRST_RETRY_LEVEL = 3
/** Steps drawn at most. */
const MAX_STEPS = 16

export interface RetryLadder {
  /** ms each. */
  steps: number[]
  /** From the first failure to the dead letters, ms; undefined: without end. */
  totalMs: number | undefined
  isCut: boolean
}

/** Waits after each failed attempt of a group that retries so often; below 0 without end. */
export const retryLadder = (retryMaxTimes: number): RetryLadder => {
  const count = retryMaxTimes < 0 ? MAX_STEPS : retryMaxTimes
  const waitOf = (attempt: number): number =>
    DELAY_LEVELS_MS[Math.min(FIRST_RETRY_LEVEL - 1 + attempt, DELAY_LEVELS_MS.length - 1)]!
  const waits = Array.from({ length: count }, (_, attempt) => waitOf(attempt))
  return {
    steps: waits.slice(0, MAX_STEPS),
    totalMs: retryMaxTimes < 0 ? undefined : waits.reduce((sum, wait) => sum + wait, 0),
    isCut: retryMaxTimes < 0 || count > MAX_STEPS
  }
}
