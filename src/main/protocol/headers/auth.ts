/** Users and policies, 3001 to 3010. Java: CreateUserRequestHeader, CreateAclRequestHeader and their like. */
import { defineHeader, opt, str } from '../header'

/** AUTH_CREATE_USER (3001), AUTH_UPDATE_USER (3002), AUTH_DELETE_USER (3003), AUTH_GET_USER (3004). */
export const UserRequestHeader = defineHeader('UserRequestHeader', { username: opt(str) })

/** AUTH_LIST_USER (3005). Java: ListUsersRequestHeader. */
export const ListUsersRequestHeader = defineHeader('ListUsersRequestHeader', { filter: opt(str) })

/** AUTH_CREATE_ACL (3006), AUTH_UPDATE_ACL (3007), AUTH_GET_ACL (3009). */
export const AclRequestHeader = defineHeader('AclRequestHeader', { subject: opt(str) })

/** AUTH_DELETE_ACL (3008). Java: DeleteAclRequestHeader. */
export const DeleteAclRequestHeader = defineHeader('DeleteAclRequestHeader', {
  subject: opt(str),
  policyType: opt(str),
  resource: opt(str)
})

/** AUTH_LIST_ACL (3010). Java: ListAclsRequestHeader. */
export const ListAclsRequestHeader = defineHeader('ListAclsRequestHeader', {
  subjectFilter: opt(str),
  resourceFilter: opt(str)
})
