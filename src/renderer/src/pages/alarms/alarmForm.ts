/** A rule as it is being written, and what is proposed where there is none; pure. */
import type { AlarmDraftInput } from '../../../../shared/alarmDrafts'
import {
  alarmModels,
  scopesOf,
  type AlarmKind,
  type AlarmLevel
} from '../../../../shared/alarmModel'
import type { AlarmRule } from '../../../../shared/alarmViews'
import type { ScopeKind } from '../../../../shared/statisticsModel'

export interface AlarmForm {
  number: number | undefined
  name: string
  kind: AlarmKind
  scope: ScopeKind
  target: string
  threshold: number | null
  forSeconds: number | null
  level: AlarmLevel
  enabled: boolean
}

export const newForm = (kind: AlarmKind = 'lag'): AlarmForm => {
  const { threshold, forSeconds } = alarmModels[kind]
  const [scope = 'cluster'] = [...scopesOf(kind)].reverse()
  return {
    ...{ number: undefined, name: '', kind, scope, target: '' },
    ...{ threshold, forSeconds, level: 'warning' as const, enabled: true }
  }
}

export const formOf = ({
  number,
  name,
  kind,
  scope,
  target,
  threshold,
  forSeconds,
  level,
  enabled
}: AlarmRule): AlarmForm => ({
  ...{ number, name, kind, scope, target, threshold, forSeconds, level, enabled }
})

export const isWhole = ({ name, scope, target, threshold, forSeconds }: AlarmForm): boolean =>
  name.trim() !== '' &&
  threshold !== null &&
  forSeconds !== null &&
  (scope === 'cluster' || target.trim() !== '')

export const draftOf = (form: AlarmForm): AlarmDraftInput => ({
  ...(form.number !== undefined && { number: form.number }),
  name: form.name.trim(),
  kind: form.kind,
  scope: form.scope,
  target: form.scope === 'cluster' ? '' : form.target.trim(),
  threshold: form.threshold ?? 0,
  forSeconds: form.forSeconds ?? 0,
  level: form.level,
  enabled: form.enabled
})

/** Groups rules are proposed for. */
const SUGGESTED_GROUPS = 2

export interface Suggestion {
  key: 'disk' | 'errors' | 'deadLetters' | 'lag' | 'members'
  group: string
  form: AlarmForm
}

/** Nothing is made of its own accord. */
export const suggestionsFor = (groups: readonly string[]): Suggestion[] => {
  const ofCluster = (['disk', 'errors', 'deadLetters'] as const).map((kind): Suggestion => ({
    ...{ key: kind, group: '' },
    form: { ...newForm(kind), scope: 'cluster' }
  }))
  const ofGroups = groups.slice(0, SUGGESTED_GROUPS).flatMap((group): Suggestion[] => [
    { key: 'lag', group, form: { ...newForm('lag'), target: group } },
    { key: 'members', group, form: { ...newForm('membersBelow'), target: group } }
  ])
  return [...ofCluster, ...ofGroups]
}
