import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { GroupDraftInput } from '../../../shared/drafts'
import type { GroupView } from '../../../shared/groupViews'
import { call } from '../api'

export const useGroupsStore = defineStore('groups', () => {
  const groups = shallowRef<GroupView[]>([])

  const refresh = async () => {
    const fetched = await call('group.list')
    groups.value = fetched.sort((a, b) => a.groupName.localeCompare(b.groupName))
  }
  const save = async (draft: GroupDraftInput) => {
    await call('group.save', draft)
    await refresh()
  }
  const remove = async (groupName: string, cleanOffset: boolean, brokerNames: string[] = []) => {
    await call('group.delete', { groupName, cleanOffset, brokerNames })
    await refresh()
  }
  /** Pauses or resumes it on every broker; everything else stays. */
  const setConsuming = async (groupName: string, consumeEnable: boolean) => {
    const { config } = await call('group.detail', { groupName })
    if (!config) return
    const { consumeBroadcastEnable, retryQueueNums, retryMaxTimes } = config
    await save({
      ...{ groupName, consumeEnable, consumeBroadcastEnable, retryQueueNums, retryMaxTimes }
    })
  }
  return { groups, refresh, save, remove, setConsuming }
})
