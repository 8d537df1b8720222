/** State of the properties drawer of one broker. */
import { computed, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ConfigPropertyView } from '../../../../shared/configViews'
import { call } from '../../api'
import { useAction } from '../../composables/useAction'
import { useLoad } from '../../composables/useLoad'
import {
  editedValue,
  sectionsOf,
  valueProblem,
  waitsForRestart,
  withEdit,
  type Edits
} from './properties'

export const usePropertiesForm = (id: () => string) => {
  const i18n = useI18n()
  const config = useLoad(() => call('config.view', { id: id() }))
  const edits = shallowRef<Edits>(new Map())
  const needle = ref('')
  const onlyModified = ref(false)

  const describe = (key: string) => {
    const path = `config.${key}`
    return i18n.te(path, 'en') ? i18n.t(path) : i18n.t('properties.noDescription')
  }
  const sectionTitle = (name: string) => {
    const path = `properties.sections.${name}`
    return i18n.te(path, 'en') ? i18n.t(path) : name
  }

  const properties = computed(() => config.value.value?.properties ?? [])
  const sections = computed(() =>
    sectionsOf(properties.value, {
      needle: needle.value,
      onlyModified: onlyModified.value,
      edits: edits.value,
      describe
    })
  )
  const needsRestart = computed(() => properties.value.some(waitsForRestart))
  const canSave = computed(
    () =>
      edits.value.size > 0 &&
      properties.value.every((p) => !valueProblem(p, editedValue(p, edits.value)))
  )

  const edit = (property: ConfigPropertyView, value: string | null) => {
    edits.value = withEdit(edits.value, property, value)
  }
  const discard = () => {
    edits.value = new Map()
  }
  const saving = useAction(async () => {
    const { view } = await call('config.save', {
      id: id(),
      properties: Object.fromEntries(edits.value)
    })
    config.value.value = view
    discard()
  })
  const open = () => {
    saving.forget()
    void config.load()
  }

  return {
    config,
    edits,
    needle,
    onlyModified,
    sections,
    needsRestart,
    canSave,
    saving,
    describe,
    sectionTitle,
    edit,
    discard,
    open,
    save: saving.run
  }
}
