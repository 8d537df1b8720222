import { expect, test } from 'vitest'
import { usernameOf } from '../../../../shared/aclModel'
import {
  entryDraftOf,
  entryFormOf,
  entryRows,
  newEntryForm,
  newPassword,
  passwordProblem,
  usernameProblem,
  wrongIp
} from './userRules'

test.each([
  ['alice', undefined],
  ['张三@corp', undefined],
  ['', 'users.usernameEmpty'],
  ['a b', 'users.usernameIllegal'],
  ['a/b', 'users.usernameIllegal'],
  ['x'.repeat(129), 'users.usernameTooLong']
])('the username "%s": %s', (username, expected) => {
  expect(usernameProblem(username)).toBe(expected)
})

test('a generated password is long, accepted and never the same', () => {
  const [one, other] = [newPassword(), newPassword()]
  expect(one).toMatch(/^[A-HJ-NP-Za-km-z2-9]{24}$/)
  expect(passwordProblem(one)).toBeUndefined()
  expect(one).not.toBe(other)
})

const acls = [
  {
    subject: 'User:alice',
    differsOn: ['broker-b:0'],
    policies: [
      {
        policyType: 'Default' as const,
        entries: [
          {
            resource: 'Topic:or*',
            actions: ['Pub' as const],
            sourceIps: ['10.0.0.0/8', '::1'],
            decision: 'Deny' as const
          }
        ]
      }
    ]
  }
]

test('an entry is edited as it is, and says what it takes the place of', () => {
  const [row] = entryRows(acls, usernameOf)
  const form = entryFormOf(row!)
  expect(form).toMatchObject({ username: 'alice', type: 'Topic', pattern: 'PREFIXED', name: 'or' })
  expect(entryDraftOf({ ...form, name: 'orders' }, row)).toEqual({
    subject: 'User:alice',
    policyType: 'Default',
    resource: 'Topic:orders*',
    actions: ['Pub'],
    sourceIps: ['10.0.0.0/8', '::1'],
    decision: 'Deny',
    replaces: { policyType: 'Default', resource: 'Topic:or*' }
  })
})

test.each([
  ['nobody', { username: '' }],
  ['nothing', { name: '' }],
  ['no action', { actions: [] }],
  ['a star in the name', { name: 'a*b' }],
  ['no address', { sourceIps: 'home' }]
])('with %s there is no draft', (_name, change) => {
  const form = { ...newEntryForm('alice'), name: 'T', actions: ['Pub' as const] }
  expect(entryDraftOf(form)).toMatchObject({ resource: 'Topic:T' })
  expect(entryDraftOf({ ...form, ...change })).toBeUndefined()
})

test('anything needs no name', () => {
  const form = { ...newEntryForm('alice'), type: 'Any' as const, actions: ['All' as const] }
  expect(entryDraftOf(form)?.resource).toBe('*')
})

test('the address that is none is named', () => {
  expect(wrongIp('10.0.0.1, fd00::/8\nhome')).toBe('home')
  expect(wrongIp('')).toBeUndefined()
})
