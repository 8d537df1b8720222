import { defineStore } from 'pinia'
import { ref } from 'vue'
import { emptySearchForm } from '../pages/messages/search/searchForm'

/** What was searched for last, so that coming back shows it again. Choices only: messages never live in Pinia. */
export const useSearchingStore = defineStore('searching', () => {
  const form = ref(emptySearchForm())
  const clear = () => {
    form.value = emptySearchForm()
  }
  return { form, clear }
})
