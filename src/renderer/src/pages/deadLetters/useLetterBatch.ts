/** Work on many letters that can be stopped: sending again, exporting. */
import { computed, ref, shallowRef } from 'vue'
import { MAX_LETTER_EXPORT_BYTES, MAX_RESEND } from '../../../../shared/letterLimits'
import type { DeadLetter, ResendOutcome } from '../../../../shared/deadLetterViews'
import { call } from '../../api'
import { useAction } from '../../composables/useAction'
import { exportRows, type ExportKind } from '../../format/exportRows'
import { saveBlob } from '../../format/saveText'
import { exportColumns, letterKey, letterRef, tallyOf, type FullLetter } from './letterRules'
import type { DeadLetters } from './useDeadLetters'

export type BatchScope = 'selected' | 'range'

export const useLetterBatch = (letters: DeadLetters) => {
  const phase = ref<'reading' | 'working'>('reading')
  const done = ref(0)
  const total = ref(0)
  const isStopped = ref(false)
  /** Of the last batch that was sent. */
  const outcomes = shallowRef<ResendOutcome[]>([])
  /** What was sent again since the page was opened; by key. */
  const sentKeys = shallowRef<ReadonlySet<string>>(new Set())

  const begin = () => {
    ;[phase.value, done.value, total.value, isStopped.value] = ['reading', 0, 0, false]
  }
  const gather = async (scope: BatchScope): Promise<DeadLetter[]> => {
    if (scope === 'selected') return letters.chosen.value
    const found: DeadLetter[] = []
    for await (const page of letters.allInRange(false, () => !isStopped.value)) {
      found.push(...page)
      done.value = found.length
    }
    return found
  }

  const sending = useAction(async (scope: BatchScope, to: 'group' | 'topic') => {
    begin()
    outcomes.value = []
    // As they died: the oldest first.
    const wanted = (await gather(scope)).toReversed().map(letterRef)
    ;[phase.value, done.value, total.value] = ['working', 0, wanted.length]
    for (let at = 0; at < wanted.length && !isStopped.value; at += MAX_RESEND) {
      const some = await call('deadLetter.resend', { letters: wanted.slice(at, at + MAX_RESEND), to }) // prettier-ignore
      outcomes.value = [...outcomes.value, ...some]
      done.value = outcomes.value.length
    }
    const { failed } = tallyOf(outcomes.value)
    const sent = outcomes.value.filter(({ problem }) => !problem).map(letterKey)
    sentKeys.value = new Set([...sentKeys.value, ...sent])
    // What failed, and what was not tried, stays chosen.
    const settled = new Set(sent)
    letters.selected.value =
      scope === 'selected'
        ? letters.selected.value.filter((key) => !settled.has(key))
        : failed.map(letterKey)
  })

  const exporting = useAction(async (scope: BatchScope, kind: ExportKind) => {
    begin()
    const rows: FullLetter[] = []
    let bytes = 0
    const take = (letter: FullLetter) => {
      rows.push(letter)
      bytes += letter.detail.bodyBase64.length
      done.value = rows.length
    }
    const isOpen = () => !isStopped.value && bytes < MAX_LETTER_EXPORT_BYTES
    if (scope === 'selected') {
      total.value = letters.chosen.value.length
      for (const letter of letters.chosen.value) if (isOpen()) take(await letters.full(letter))
    } else {
      for await (const page of letters.allInRange(true, isOpen))
        for (const letter of page) if (letter.detail) take({ ...letter, detail: letter.detail })
    }
    if (isStopped.value) return { rows: 0, isCut: false }
    saveBlob(`dead-letters.${kind}`, await exportRows(kind, exportColumns, rows))
    return { rows: rows.length, isCut: bytes >= MAX_LETTER_EXPORT_BYTES }
  })

  return {
    ...{ phase, done, total, outcomes, sentKeys, sending, exporting },
    isRunning: computed(() => sending.isPending.value || exporting.isPending.value),
    tally: computed(() => tallyOf(outcomes.value)),
    stop: () => {
      isStopped.value = true
    },
    forget: () => {
      outcomes.value = []
    }
  }
}
export type LetterBatch = ReturnType<typeof useLetterBatch>
