import { useI18n } from 'vue-i18n'

/** Explanations of properties and titles of their sections. */
export const usePropertyWords = () => {
  const i18n = useI18n()
  const found = (path: string, fallback: string): string =>
    i18n.te(path, 'en') ? i18n.t(path) : fallback
  return {
    /** Empty for what has no effect here: its section says so once. */
    describe: (key: string) => found(`config.${key}`, ''),
    sectionTitle: (name: string) => found(`properties.sections.${name}`, name)
  }
}
