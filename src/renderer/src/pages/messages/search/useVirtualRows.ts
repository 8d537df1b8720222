/** Which rows of a long list are in sight; only those exist. */
import { computed, onScopeDispose, ref, watch, type Ref } from 'vue'

/** Rows drawn beyond each edge, so that scrolling by a line shows no gap. */
const BEYOND = 8

export const useVirtualRows = (
  place: Readonly<Ref<HTMLElement | undefined>>,
  count: Readonly<Ref<number>>,
  rowHeight: number
) => {
  const top = ref(0)
  const height = ref(0)
  const first = computed(() => Math.max(0, Math.floor(top.value / rowHeight) - BEYOND))
  const last = computed(
    () => Math.min(count.value, Math.ceil((top.value + height.value) / rowHeight) + BEYOND) - 1
  )
  const onScroll = () => {
    top.value = place.value?.scrollTop ?? 0
  }
  const observer = new ResizeObserver(() => {
    height.value = place.value?.clientHeight ?? 0
  })
  watch(
    place,
    (element, before) => {
      if (before) observer.unobserve(before)
      if (element) observer.observe(element)
    },
    { immediate: true }
  )
  onScopeDispose(() => observer.disconnect())

  /** Brings a row into sight. */
  const show = (index: number) => {
    const { value } = place
    if (!value) return
    const at = index * rowHeight
    if (at < value.scrollTop) value.scrollTop = at
    else if (at + rowHeight > value.scrollTop + value.clientHeight)
      value.scrollTop = at + rowHeight - value.clientHeight
    onScroll()
  }
  return { first, last, onScroll, show, total: computed(() => count.value * rowHeight) }
}
