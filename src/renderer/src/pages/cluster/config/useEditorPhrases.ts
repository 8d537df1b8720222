import { useI18n } from 'vue-i18n'
import type { EditorPhrases } from './codeEditor'

/** CodeMirror asks for its words in English. */
const phrases = {
  Find: 'find',
  Replace: 'replace',
  next: 'next',
  previous: 'previous',
  all: 'all',
  'match case': 'matchCase',
  'by word': 'byWord',
  regexp: 'regexp',
  replace: 'replaceOne',
  'replace all': 'replaceAll',
  close: 'close',
  '$ unchanged lines': 'unchangedLines'
} as const

export const useEditorPhrases = () => {
  const { t } = useI18n()
  return (): EditorPhrases =>
    Object.fromEntries(
      Object.entries(phrases).map(([english, key]) => [english, t(`configPage.editor.${key}`)])
    )
}
