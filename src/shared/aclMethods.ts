/** Users and policies in the contract. */
import {
  AclSwitchDraft,
  AclTestQuery,
  PolicyEntryDraft,
  PolicyEntryRef,
  UserCreateDraft,
  UserRef,
  UserUpdateDraft,
  type AclNodeView,
  type AclTest,
  type AclView
} from './aclViews'
import { method, none } from './method'

export const aclMethods = {
  /** Over the wire, on every broker of whichever cluster is in use. */
  'acl.view': method<AclView>()(none),
  'acl.createUser': method<void>()(UserCreateDraft),
  'acl.updateUser': method<void>()(UserUpdateDraft),
  'acl.deleteUser': method<void>()(UserRef),
  /** Takes the place of the entry of the same resource. */
  'acl.saveEntry': method<void>()(PolicyEntryDraft),
  'acl.deleteEntry': method<void>()(PolicyEntryRef),
  /** Makes every broker say what the first one says. */
  'acl.repair': method<void>()(none),
  /** What each broker would decide; nothing is sent on. */
  'acl.test': method<AclTest>()(AclTestQuery),
  /** Of the cluster of this machine: its nodes as they are then. */
  'acl.switch': method<AclNodeView[]>()(AclSwitchDraft)
}
