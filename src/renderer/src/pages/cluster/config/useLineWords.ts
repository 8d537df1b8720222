import { useI18n } from 'vue-i18n'
import type { ConfigLine } from '../../../../../shared/configViews'
import type { LineMark } from './codeEditor'

/** What each line of a file comes to, in words, and how much it matters. */
export const useLineWords = () => {
  const { t } = useI18n()

  const words = ({ key, verdict, actual, expected, nearest }: ConfigLine): string => {
    // A file of JSON is malformed as a whole.
    if (verdict === 'malformed' && key === '') return t('configPage.verdicts.malformedJson')
    if (verdict === 'unknown' && nearest !== undefined)
      return t('configPage.verdicts.misspelt', { key, nearest })
    if (verdict === 'decided')
      return actual === undefined
        ? t('configPage.verdicts.decided', { key })
        : t('configPage.verdicts.decidedOtherwise', { key, actual })
    return t(`configPage.verdicts.${verdict}`, { key, expected: expected ?? '' })
  }
  const severity = ({
    verdict,
    isRefused,
    actual
  }: ConfigLine): LineMark['severity'] | undefined => {
    if (isRefused) return 'error'
    if (verdict === 'honoured') return undefined
    if (verdict === 'inert') return 'hint'
    return verdict === 'decided' && actual === undefined ? 'hint' : 'warning'
  }
  const markOf = (line: ConfigLine): LineMark[] => {
    const level = severity(line)
    if (!level) return []
    return [{ line: line.line, endLine: line.endLine, severity: level, message: words(line) }]
  }
  return { marksOf: (lines: readonly ConfigLine[]) => lines.flatMap(markOf) }
}
