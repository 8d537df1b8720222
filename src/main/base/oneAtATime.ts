/**
 * Runs `work`, never twice at the same time: asked for while it runs, it runs once more afterwards, since it may have
 * looked for the last time already. What it gives resolves when all that was asked for is done; `work` never rejects.
 */
export const oneAtATime = (work: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> | undefined
  let isAskedAgain = false
  const run = (): Promise<void> => {
    if (running) {
      isAskedAgain = true
      return running
    }
    isAskedAgain = false
    running = work().then(() => {
      running = undefined
      return isAskedAgain ? run() : undefined
    })
    return running
  }
  return run
}
