/**
 * The share of one member: every n-th queue, beginning at its own place among the members. Both lists must be sorted
 * alike by every member. Java: AllocateMessageQueueAveragelyByCircle.
 */
export const allocateMessageQueueByCircle = <Q>(
  currentCID: string,
  mqAll: readonly Q[],
  cidAll: readonly string[]
): Q[] => {
  const index = cidAll.indexOf(currentCID)
  return index < 0 ? [] : mqAll.filter((_, i) => i % cidAll.length === index)
}
