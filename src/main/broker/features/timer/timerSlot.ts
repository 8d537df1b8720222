/** The second, or what timerPrecisionMs says, that TIMER_OUT_MS names; always before the time asked for. Java: HookUtils.transformTimerMessage. */
export const slotOf = (deliverMs: number, precisionMs: number): number =>
  deliverMs % precisionMs === 0
    ? deliverMs - precisionMs
    : Math.floor(deliverMs / precisionMs) * precisionMs

/*
 * What the queue entry of a parked message holds for a tag code, so that a start reads 20 bytes a timer and no message:
 * the time asked for; of a message that cancels others, minus the first time its slot can be asked for.
 */
export const timerCode = (deliverMs: number): number => deliverMs
export const cancelCode = (slot: number): number => -(slot + 1)
