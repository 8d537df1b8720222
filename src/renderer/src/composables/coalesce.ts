/** Runs `work` soon after being asked, never twice at once, and at most once per `everyMs`; the last ask is never lost. */
export const coalesce = (work: () => Promise<void>, everyMs: number) => {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isRunning = false
  let isWanted = false
  let isStopped = false

  const run = async () => {
    timer = undefined
    isWanted = false
    isRunning = true
    try {
      await work()
    } finally {
      isRunning = false
      if (!isStopped) timer = setTimeout(pause, everyMs)
    }
  }
  const pause = () => {
    timer = undefined
    if (isWanted) void run()
  }

  return {
    ask: () => {
      if (isStopped) return
      isWanted = true
      if (!isRunning && timer === undefined) void run()
    },
    stop: () => {
      isStopped = true
      clearTimeout(timer)
    }
  }
}
