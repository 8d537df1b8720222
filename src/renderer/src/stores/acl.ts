/** Users and policies of the cluster in use; secrets pass through and stay nowhere. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type {
  AclSwitchDraft,
  AclTestQuery,
  AclView,
  PolicyEntryDraft,
  PolicyEntryRef,
  UserCreateDraft,
  UserUpdateDraft
} from '../../../shared/aclViews'
import { call } from '../api'

export const useAclStore = defineStore('acl', () => {
  const view = shallowRef<AclView>()
  const users = computed(() => view.value?.users ?? [])
  const acls = computed(() => view.value?.acls ?? [])
  /** Brokers that do not ask who it is, or what it may. */
  const open = computed(() =>
    (view.value?.brokers ?? []).filter(({ asksWho, asksWhat }) => !asksWho || !asksWhat)
  )
  const different = computed(() => [
    ...new Set([...users.value, ...acls.value].flatMap(({ differsOn }) => differsOn))
  ])

  const refresh = async () => {
    view.value = await call('acl.view')
  }
  /** What was done on some brokers only is seen as well. */
  const done = async (work: Promise<unknown>) => {
    try {
      await work
    } finally {
      await refresh().catch(() => undefined)
    }
  }
  const createUser = (draft: UserCreateDraft) => done(call('acl.createUser', draft))
  const updateUser = (draft: UserUpdateDraft) => done(call('acl.updateUser', draft))
  const deleteUser = (username: string) => done(call('acl.deleteUser', { username }))
  const saveEntry = (draft: PolicyEntryDraft) => done(call('acl.saveEntry', draft))
  const deleteEntry = (ref: PolicyEntryRef) => done(call('acl.deleteEntry', ref))
  const repair = () => done(call('acl.repair'))
  const turn = (draft: AclSwitchDraft) => done(call('acl.switch', draft))
  const test = (query: AclTestQuery) => call('acl.test', query)
  return {
    ...{ view, users, acls, open, different, refresh },
    ...{ createUser, updateUser, deleteUser, saveEntry, deleteEntry, repair, turn, test }
  }
})
