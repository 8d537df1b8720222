/** What the group form and detail compute. Pure. */
import type { GroupDraftInput } from '../../../../shared/drafts'
import { GROUP_MAX_LENGTH } from '../../../../shared/names'
import type { GroupDetail, GroupProgress } from '../../../../shared/views'
import { nameProblem, type NameProblem } from '../../format/names'

export const groupNameProblem = (name: string): NameProblem | undefined =>
  nameProblem(name, GROUP_MAX_LENGTH)

export interface GroupForm {
  groupName: string
  consumeEnable: boolean
  consumeBroadcastEnable: boolean
  retryQueueNums: number | null
  retryMaxTimes: number | null
}

/** RocketMQ's defaults of SubscriptionGroupConfig. */
export const newGroupForm = (): GroupForm => ({
  groupName: '',
  consumeEnable: true,
  consumeBroadcastEnable: true,
  retryQueueNums: 1,
  retryMaxTimes: 16
})

export const groupFormOf = ({ groupName, config }: GroupDetail): GroupForm => ({
  ...newGroupForm(),
  groupName,
  ...config
})

/** Undefined while the form is not complete. */
export const groupDraftOf = (form: GroupForm): GroupDraftInput | undefined => {
  const { groupName, retryQueueNums, retryMaxTimes } = form
  if (groupNameProblem(groupName) || retryQueueNums === null || retryMaxTimes === null) {
    return undefined
  }
  return { ...form, groupName, retryQueueNums, retryMaxTimes }
}

/** Share of a queue that is consumed, 0 to 1; an empty queue is done. */
export const consumedShare = ({ brokerOffset, lag }: GroupProgress): number =>
  brokerOffset <= 0 || lag <= 0 ? 1 : Math.max(0, 1 - lag / brokerOffset)

export const totalLag = (progress: readonly GroupProgress[]): number =>
  progress.reduce((sum, { lag }) => sum + Math.max(0, lag), 0)
