import { describe, expect, test } from 'vitest'
import { emptyForm, formProblem, isFitting, kindFor, type ComposeForm } from './composeForm'
import { expandForm } from './composeExpand'
import { MAX_VARIABLES } from './composeLimits'
import {
  countVariables,
  expand,
  generators,
  SeededRandom,
  unknownVariables,
  variableExamples
} from './variables'

describe('the form', () => {
  const property = (name: string, value: string) => ({ properties: [{ name, value }] })
  test.each<[Partial<ComposeForm>, string | undefined]>([
    [{ topic: ' ' }, 'topicMissing'],
    [property('a', ''), 'propertyIncomplete'],
    [property('', ''), undefined],
    [property('KEYS', 'x'), 'propertyReserved'],
    [property('a', 'x\u0001'), 'propertySeparator'],
    [
      {
        properties: [
          { name: 'a', value: '1' },
          { name: 'a', value: '2' }
        ]
      },
      'propertyTwice'
    ],
    [{ body: 'xyz', bodyEncoding: 'hex' }, 'bodyInvalid'],
    [{ body: '' }, 'bodyEmpty'],
    [{ kind: 'fifo' }, 'groupMissing'],
    [{ kind: 'fifo', messageGroup: 'g', queue: 'hash' }, undefined],
    [{ queue: 'hash' }, 'hashWithoutKey'],
    [{ queue: 'hash', keys: 'k' }, undefined],
    [{ kind: 'timed', due: 'at' }, 'dueMissing'],
    [{ kind: 'batch', batchCount: 0 }, 'batchCount'],
    [{ body: '{{seq}}'.repeat(MAX_VARIABLES + 1) }, 'tooManyVariables']
  ])('%j: %s', (change, problem) => {
    expect(formProblem({ ...emptyForm(), topic: 'Orders', body: 'hi', ...change })).toBe(problem)
  })

  test.each([
    ['FIFO', 'fifo'],
    ['DELAY', 'timed'],
    ['TRANSACTION', 'transaction'],
    ['NORMAL', 'normal']
  ] as const)('a topic of type %s wants %s', (type, kind) => {
    expect(kindFor(type)).toBe(kind)
    expect(isFitting(kind, type)).toBe(true)
    expect(isFitting(kind === 'normal' ? 'fifo' : 'normal', type)).toBe(false)
  })
})

describe('variables', () => {
  const at = (seq = 1) => ({ now: 1_700_000_000_000, seq, random: new SeededRandom(7) })

  test.each([
    ['{{now}}', /^1700000000000$/],
    ['{{now.iso}}', /^2023-11-14T22:13:20\.000Z$/],
    ['{{uuid}}', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
    ['{{int 3 3}}', /^3$/],
    ['{{float 1 1 3}}', /^1\.000$/],
    ['{{random.alnum 12}}', /^[A-Za-z0-9]{12}$/],
    ['{{ random.hex 4 }}', /^[0-9a-f]{4}$/],
    ['{{pick a}}', /^a$/],
    ['{{bool}}', /^(true|false)$/]
  ])('%s', (text, expected) => {
    expect(expand(text, at())).toMatch(expected)
  })

  test('the number counts on from where it is told', () => {
    expect(expand('{{seq}} {{seq 100}}', at(3))).toBe('3 102')
  })

  test.each(['{{nothing}}', '{{int 5 1}}', '{{random.hex 100000}}', '{{ }}', '{{constructor}}'])(
    '%s stays as it is',
    (text) => {
      expect(expand(text, at())).toBe(text)
    }
  )

  test('what stays is told, each once', () => {
    expect(unknownVariables('{{a}} {{a}} {{uuid}} {{int 9 1}}')).toEqual(['{{a}}', '{{int 9 1}}'])
    expect(countVariables('{{a}} {{a}} {{uuid}}')).toBe(3)
  })

  test('every example of the help is one, and every generator has one', () => {
    for (const example of variableExamples) expect(unknownVariables(`{{${example}}}`)).toEqual([])
    const shown = new Set(variableExamples.map((example) => example.split(' ')[0]))
    expect(Object.keys(generators).filter((name) => !shown.has(name))).toEqual([])
  })

  test('the same seed makes the same message: the preview is what is sent', () => {
    const form = { ...emptyForm(), body: '{{uuid}} {{seq}} {{name}}', keys: '{{random.hex 8}}' }
    const place = { seed: 42, index: 3, now: 0 }
    expect(expandForm(form, place)).toEqual(expandForm(form, place))
    expect(expandForm(form, place)).not.toEqual(expandForm(form, { ...place, index: 4 }))
    expect(expandForm({ ...form, expand: false }, place).body).toBe(form.body)
  })

  test('a row takes the place of the form, and brings its properties beside', () => {
    const form = { ...emptyForm(), body: 'b', tags: 'T', properties: [{ name: 'a', value: '1' }] }
    const row = { body: '{{seq}}', properties: [['c', '2']] as [string, string][] }
    expect(expandForm(form, { seed: 1, index: 0, now: 0, row })).toMatchObject({
      ...{ body: '{{seq}}', tags: 'T' },
      properties: [
        ['a', '1'],
        ['c', '2']
      ]
    })
  })
})
