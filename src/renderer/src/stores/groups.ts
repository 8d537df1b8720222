import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { GroupDraftInput } from '../../../shared/drafts'
import type { GroupView } from '../../../shared/views'
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
  const remove = async (groupName: string, cleanOffset: boolean) => {
    await call('group.delete', { groupName, cleanOffset })
    await refresh()
  }
  return { groups, refresh, save, remove }
})
