import { expect, test } from 'vitest'
import { AlarmDraft } from '../../../../shared/alarmDrafts'
import { alarmKinds } from '../../../../shared/alarmModel'
import { draftOf, isWhole, newForm, suggestionsFor } from './alarmForm'

test.each(alarmKinds)(
  'a new rule of kind %s is one the engine takes, once it has names',
  (kind) => {
    const form = { ...newForm(kind), name: ' x ' }
    const whole = form.scope === 'cluster' ? form : { ...form, target: 'GID_a' }
    expect(isWhole(form)).toBe(form.scope === 'cluster')
    expect(AlarmDraft.parse(draftOf(whole))).toMatchObject({ name: 'x', kind })
  }
)

test('every suggestion is a rule the engine takes', () => {
  const suggestions = suggestionsFor(['GID_a', 'GID_b', 'GID_c'])
  expect(suggestions).toHaveLength(7)
  for (const { form } of suggestions)
    expect(() => AlarmDraft.parse(draftOf({ ...form, name: 'x' }))).not.toThrow()
})

test('a rule without a number or a name is not whole', () => {
  expect(isWhole({ ...newForm('disk'), scope: 'cluster', name: 'x', threshold: null })).toBe(false)
  expect(isWhole({ ...newForm('disk'), scope: 'cluster', name: '  ' })).toBe(false)
})
