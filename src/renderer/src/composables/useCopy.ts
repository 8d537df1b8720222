/** Copies text and says so. */
import { useMessage } from 'naive-ui'
import { useI18n } from 'vue-i18n'

export const useCopy = () => {
  const { t } = useI18n()
  const message = useMessage()
  return async (text: string) => {
    try {
      await navigator.clipboard.writeText(text)
      message.success(t('common.copied'))
    } catch {
      // Refused by the browser (no focus, no secure origin): nothing to copy with, so say it.
      message.error(t('common.copyFailed'))
    }
  }
}
