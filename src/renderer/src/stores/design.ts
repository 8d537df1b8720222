/** The cluster that is being drawn; it outlives a look at another tab. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { PresetName } from '../../../shared/clusterPresets'
import { specProblems, type ClusterSpec } from '../../../shared/clusterSpec'
import type { SavedClusterView } from '../../../shared/clusterViews'
import { isSameSpec } from '../../../shared/specChanges'
import { emptySpec, noIds, type NextIds } from '../pages/cluster/design/draft'
import { historyOf, recorded, redone, undone, type History } from '../pages/cluster/design/history'

export const useDesignStore = defineStore('design', () => {
  /** Of the saved cluster that is changed; undefined for a new one. */
  const number = ref<number>()
  const preset = ref<PresetName>()
  const nextIds = shallowRef<NextIds>(noIds)
  /** As it was opened; undefined for a new one, which is unsaved from the start. */
  const saved = shallowRef<ClusterSpec>()
  const history = shallowRef<History<ClusterSpec>>(historyOf(emptySpec('')))
  /** Of `nodeKey`. */
  const selected = ref<string>()
  const isOpen = ref(false)

  const spec = computed(() => history.value.present)
  const problems = computed(() => specProblems(spec.value))
  const isDirty = computed(
    () => isOpen.value && (!saved.value || !isSameSpec(saved.value, spec.value))
  )
  const canUndo = computed(() => history.value.past.length > 0)
  const canRedo = computed(() => history.value.future.length > 0)

  const open = (cluster: SavedClusterView): void => {
    number.value = cluster.number
    preset.value = cluster.preset
    nextIds.value = cluster.nextIds
    saved.value = cluster.spec
    history.value = historyOf(cluster.spec)
    selected.value = undefined
    isOpen.value = true
  }
  /** A drawing that is saved nowhere yet. */
  const begin = (drawing: ClusterSpec, from?: PresetName): void => {
    number.value = undefined
    preset.value = from
    nextIds.value = noIds
    saved.value = undefined
    history.value = historyOf(drawing)
    selected.value = undefined
    isOpen.value = true
  }
  /** `of`: further changes of the same are one step back. */
  const change = (next: ClusterSpec, of?: string): void => {
    if (next !== spec.value) history.value = recorded(history.value, next, of)
  }
  const undo = (): void => {
    history.value = undone(history.value)
  }
  const redo = (): void => {
    history.value = redone(history.value)
  }
  return {
    ...{ number, preset, nextIds, saved, selected, isOpen },
    ...{ spec, problems, isDirty, canUndo, canRedo },
    ...{ open, begin, change, undo, redo }
  }
})
