/** Unsaved changes of nodes' configurations; they stay while a person looks at other nodes and pages. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Edits } from '../pages/cluster/config/properties'

/** A file that was edited or imported and not saved yet. */
export interface FileDraft {
  text: string
  by: 'window' | 'import'
}

export const useNodeConfigsStore = defineStore('nodeConfigs', () => {
  /** The node shown last. */
  const node = ref('')
  const edits = shallowRef<ReadonlyMap<string, Edits>>(new Map())
  const files = shallowRef<ReadonlyMap<string, FileDraft>>(new Map())

  const setEdits = (id: string, changed: Edits) => {
    const next = new Map(edits.value)
    if (changed.size === 0) next.delete(id)
    else next.set(id, changed)
    edits.value = next
  }
  const setFile = (id: string, file: FileDraft | undefined) => {
    const next = new Map(files.value)
    if (file) next.set(id, file)
    else next.delete(id)
    files.value = next
  }
  const discard = (id: string) => {
    setEdits(id, new Map())
    setFile(id, undefined)
  }
  const unsaved = computed(() => new Set([...edits.value.keys(), ...files.value.keys()]))

  return { node, edits, files, unsaved, setEdits, setFile, discard }
})
