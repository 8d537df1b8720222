/** The configuration of the node that is shown: as saved, as edited, and what the last save came to. */
import { computed, shallowRef, watch } from 'vue'
import type { ConfigPropertyView, ConfigSaved } from '../../../../../shared/configViews'
import { call } from '../../../api'
import { useAction } from '../../../composables/useAction'
import { useLoad } from '../../../composables/useLoad'
import { useStale } from '../../../composables/useStale'
import { useNodeConfigsStore } from '../../../stores/nodeConfigs'
import { withEdit, type Edits } from './properties'

const NO_EDITS: Edits = new Map()

export const useNodeConfig = (id: () => string) => {
  const store = useNodeConfigsStore()
  const loaded = useLoad(() => call('config.view', { id: id() }))
  const outcome = shallowRef<ConfigSaved>()

  const view = computed(() => loaded.value.value)
  const edits = computed(() => store.edits.get(id()) ?? NO_EDITS)
  const file = computed(() => store.files.get(id()))
  /** What the editor shows. */
  const text = computed(() => file.value?.text ?? view.value?.text ?? '')

  const edit = (property: ConfigPropertyView, value: string | null) =>
    store.setEdits(id(), withEdit(edits.value, property, value))
  const write = (written: string, by?: 'import') => {
    const draft = { text: written, by: by ?? file.value?.by ?? 'window' }
    store.setFile(id(), written === view.value?.text ? undefined : draft)
  }
  const discard = () => store.discard(id())
  const dismiss = () => {
    outcome.value = undefined
  }

  const saving = useAction(async (save: Promise<ConfigSaved>) => {
    const saved = await save
    store.discard(saved.view.id)
    if (saved.view.id !== id()) return
    loaded.value.value = saved.view
    outcome.value = saved
  })
  const saveForm = () =>
    saving.run(call('config.save', { id: id(), properties: Object.fromEntries(edits.value) }))
  const saveText = () =>
    saving.run(
      call('config.saveText', { id: id(), text: text.value, by: file.value?.by ?? 'window' })
    )
  const restore = (version: number) => saving.run(call('config.restore', { id: id(), version }))

  watch(
    id,
    () => {
      outcome.value = undefined
      saving.forget()
      loaded.reset()
      if (id()) void loaded.load()
    },
    { immediate: true }
  )
  useStale(['cluster'], async () => {
    if (id()) await loaded.load()
  })

  return {
    view,
    problem: loaded.problem,
    isWaiting: loaded.isWaiting,
    load: loaded.load,
    outcome,
    edits,
    file,
    text,
    edit,
    write,
    discard,
    dismiss,
    saving,
    saveForm,
    saveText,
    restore
  }
}
export type NodeConfig = ReturnType<typeof useNodeConfig>
