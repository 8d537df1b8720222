/**
 * The share of one member: consecutive queues, the first members get one more where it does not divide evenly.
 * Both lists must be sorted alike by every member. Java: AllocateMessageQueueAveragely.
 */
export const allocateMessageQueueAveragely = <Q>(
  currentCID: string,
  mqAll: readonly Q[],
  cidAll: readonly string[]
): Q[] => {
  const index = cidAll.indexOf(currentCID)
  if (index < 0) return []
  const mod = mqAll.length % cidAll.length
  const isLonger = index < mod
  const size =
    mqAll.length <= cidAll.length
      ? 1
      : Math.floor(mqAll.length / cidAll.length) + (isLonger ? 1 : 0)
  const start = isLonger ? index * size : index * size + mod
  return mqAll.slice(start, start + size)
}
