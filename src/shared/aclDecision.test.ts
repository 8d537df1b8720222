import { describe, expect, test } from 'vitest'
import { decide } from './aclDecision'
import {
  ACTIONS,
  parseResource,
  resourceKey,
  usernameOf,
  type Acl,
  type Action,
  type PolicyEntry,
  type PolicyType
} from './aclModel'
import { isIpInRange, isIpOrCidr } from './ipRange'

const entry = (text: string): PolicyEntry => {
  const [decision, actions = '', resource = '', ips = ''] = text.split(' ')
  return {
    decision: decision as PolicyEntry['decision'],
    actions: actions.split(',') as Action[],
    resource,
    sourceIps: ips === '' ? [] : ips.split(',')
  }
}

const aclOf = (custom: string[], byDefault: string[] = []): Acl => ({
  subject: 'User:alice',
  policies: (
    [
      ['Custom', custom],
      ['Default', byDefault]
    ] as [PolicyType, string[]][]
  ).flatMap(([policyType, texts]) =>
    texts.length > 0 ? [{ policyType, entries: texts.map(entry) }] : []
  )
})

const judge = (acl: Acl | undefined, resource: string, actions: string, ip = '10.0.0.1') =>
  decide(acl, { resource: parseResource(resource)!, actions: actions.split(',') as Action[] }, ip)

test.each([
  ['the very name', ['Allow Pub Topic:T'], 'Topic:T', 'Pub', 'Allow'],
  ['another name', ['Allow Pub Topic:T'], 'Topic:T2', 'Pub', 'Deny'],
  ['another kind', ['Allow All Topic:T'], 'Group:T', 'Sub', 'Deny'],
  ['another action', ['Allow Sub Topic:T'], 'Topic:T', 'Pub', 'Deny'],
  ['one of the actions is enough', ['Allow Sub Topic:T'], 'Topic:T', 'Pub,Sub,Get', 'Allow'],
  ['All holds each', ['Allow All Topic:T'], 'Topic:T', 'Delete', 'Allow'],
  ['the beginning', ['Allow Pub Topic:or*'], 'Topic:orders', 'Pub', 'Allow'],
  ['any of a kind', ['Allow Pub Topic:*'], 'Topic:orders', 'Pub', 'Allow'],
  ['anything', ['Allow All *'], 'Cluster:C', 'Update', 'Allow'],
  ['a name goes before a beginning', ['Allow All Topic:T*', 'Deny All Topic:T1'], 'Topic:T1', 'Pub', 'Deny'], // prettier-ignore
  ['in whichever order', ['Deny All Topic:T1', 'Allow All Topic:T*'], 'Topic:T1', 'Pub', 'Deny'],
  ['a longer beginning goes before', ['Deny All Topic:a*', 'Allow All Topic:ab*'], 'Topic:abc', 'Pub', 'Allow'], // prettier-ignore
  ['a beginning goes before any', ['Deny All Topic:*', 'Allow All Topic:a*'], 'Topic:abc', 'Pub', 'Allow'], // prettier-ignore
  ['a kind goes before anything', ['Deny All *', 'Allow All Topic:*'], 'Topic:abc', 'Pub', 'Allow'],
  ['what does not match decides nothing', ['Deny Sub Topic:T', 'Allow Pub Topic:*'], 'Topic:T', 'Pub', 'Allow'], // prettier-ignore
  ['of equals Deny', ['Allow Pub Topic:T', 'Deny Pub,Sub Topic:T'], 'Topic:T', 'Pub', 'Deny']
])('%s', (_name, custom, resource, actions, expected) => {
  expect(judge(aclOf(custom), resource, actions).decision).toBe(expected)
})

test('the Default policy decides where the Custom one says nothing', () => {
  const acl = aclOf(['Deny Pub Topic:T'], ['Allow Pub,Sub Topic:T'])
  expect(judge(acl, 'Topic:T', 'Pub')).toMatchObject({ decision: 'Deny', policyType: 'Custom' })
  expect(judge(acl, 'Topic:T', 'Sub')).toMatchObject({ decision: 'Allow', policyType: 'Default' })
})

test('the entry that decided is told', () => {
  const acl = aclOf(['Allow Pub Topic:*', 'Deny Pub Topic:secret*'])
  expect(judge(acl, 'Topic:secrets', 'Pub').entry?.resource).toBe('Topic:secret*')
  expect(judge(acl, 'Topic:secrets', 'Sub').entry).toBeUndefined()
})

test('without policies everything is denied', () => {
  expect(judge(undefined, 'Topic:T', 'Pub')).toEqual({ decision: 'Deny' })
  expect(judge(aclOf([]), 'Topic:T', 'Pub')).toEqual({ decision: 'Deny' })
})

test('whatever is asked, no match is Deny and a match is what its entry says', () => {
  const names = ['a', 'ab', 'abc', 'b']
  const resources = ['*', 'Topic:*', 'Group:*', ...names.flatMap((n) => [`Topic:${n}`, `Topic:${n}*`, `Group:${n}`])] // prettier-ignore
  let seed = 7
  const pick = <T>(items: readonly T[]): T => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return items[seed % items.length]!
  }
  let denied = 0
  for (let round = 0; round < 3000; round++) {
    const texts = Array.from(
      { length: pick([0, 1, 2, 4]) },
      () =>
      [pick(['Allow', 'Deny']), pick(ACTIONS), pick(resources), pick(['', '10.0.0.0/8', '11.0.0.1'])].join(' ') // prettier-ignore
    )
    const resource = `${pick(['Topic', 'Group'])}:${pick(names)}`
    const action = pick(ACTIONS.slice(1))
    const verdict = judge(aclOf(texts), resource, action)
    const matching = texts.map(entry).filter((e) => {
      const alone = judge(aclOf([`Allow ${e.actions.join(',')} ${e.resource} ${e.sourceIps.join(',')}`.trim()]), resource, action) // prettier-ignore
      return alone.decision === 'Allow'
    })
    if (matching.length === 0) {
      denied++
      expect(verdict).toEqual({ decision: 'Deny' })
    } else expect(verdict.decision).toBe(verdict.entry!.decision)
    if (matching.every(({ decision }) => decision === 'Deny')) expect(verdict.decision).toBe('Deny')
    // Only what allows can allow.
    if (verdict.decision === 'Allow') expect(matching).toContainEqual(verdict.entry)
  }
  expect(denied).toBeGreaterThan(100)
})

describe('source addresses', () => {
  test.each([
    ['10.0.0.7', '10.0.0.7', true],
    ['10.0.0.7', '10.0.0.8', false],
    ['10.0.0.7', '10.0.0.0/24', true],
    ['10.0.1.7', '10.0.0.0/24', false],
    ['10.0.0.130', '10.0.0.128/25', true],
    ['10.0.0.127', '10.0.0.128/25', false],
    ['8.8.8.8', '0.0.0.0/0', true],
    ['fd00::1', 'fd00::/8', true],
    ['fe80::1', 'fd00::/8', false],
    ['0:0:0:0:0:0:0:1', '::1', true],
    ['::ffff:10.0.0.7', '10.0.0.0/24', true],
    ['10.0.0.7', '::ffff:10.0.0.0/120', true],
    ['10.0.0.7', '::/0', false],
    ['not an address', '0.0.0.0/0', false]
  ])('%s in %s: %s', (ip, range, expected) => {
    expect(isIpInRange(ip, range)).toBe(expected)
  })

  test.each(['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8', '1:2:3:4:5:6:7:8'])('%s is one', (ip) => {
    expect(isIpOrCidr(ip)).toBe(true)
  })

  test.each([
    '',
    '*',
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '::/129',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    'host'
  ])(
    // prettier-ignore
    '"%s" is none',
    (ip) => {
      expect(isIpOrCidr(ip)).toBe(false)
    }
  )
})

describe('names', () => {
  test.each(['*', 'Topic:*', 'Topic:T', 'Topic:or*', 'Group:g', 'Cluster:C', 'Namespace:n*'])(
    '%s is read and written alike',
    (key) => {
      expect(resourceKey(parseResource(key)!)).toBe(key)
    }
  )

  test.each(['', 'Topic', 'Topic:', 'Queue:a', 'orders'])('"%s" is no resource', (key) => {
    expect(parseResource(key)).toBeUndefined()
  })

  test('subjects are users', () => {
    expect(usernameOf('User:alice')).toBe('alice')
    expect(usernameOf('user:a:b')).toBe('a:b')
    expect([usernameOf('User:'), usernameOf('alice'), usernameOf('Role:x')]).toEqual([undefined, undefined, undefined]) // prettier-ignore
  })
})
