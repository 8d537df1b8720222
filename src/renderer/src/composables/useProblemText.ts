/** Cause and cure of a failure in the user's language, found by its code. */
import { useI18n } from 'vue-i18n'
import type { Problem } from '../../../shared/views'

export const useProblemText = () => {
  const i18n = useI18n()
  const { t } = i18n
  return (problem: Problem): { cause: string; cure: string } => {
    const isKnown = i18n.te(`errors.${problem.code}.cause`, 'en')
    const key = isKnown ? `errors.${problem.code}` : 'errors.fallback'
    const values = { ...problem.params, code: problem.code }
    return { cause: t(`${key}.cause`, values), cure: t(`${key}.cure`, values) }
  }
}
