/** RocketMQ's constants in the user's language; an unknown one is shown as it is. */
import { useI18n } from 'vue-i18n'

type Family = 'consumeTypes' | 'messageModels' | 'fromWhere'

export const useGroupWords = () => {
  const i18n = useI18n()
  return (family: Family, constant: string | undefined): string => {
    if (!constant) return '—'
    const key = `groups.${family}.${constant}`
    return i18n.te(key, 'en') ? i18n.t(key) : constant
  }
}
