import { useSyncExternalStore } from 'react'

/** The time, for what is told relative to it. All who look at the same pace share one timer. */
function createTicker(everyMs: number) {
  const listeners = new Set<() => void>()
  let now = Date.now()
  let timer: ReturnType<typeof setInterval> | undefined
  const tick = () => {
    now = Date.now()
    for (const listener of listeners) listener()
  }
  return {
    subscribe(listener: () => void) {
      listeners.add(listener)
      timer ??= setInterval(tick, everyMs)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
    read() {
      // Nobody has kept it going meanwhile.
      if (timer === undefined && Date.now() - now >= everyMs) now = Date.now()
      return now
    },
  }
}

const TICKERS = { minute: createTicker(30_000), second: createTicker(1_000) }

/** @param pace how finely it is told. @returns milliseconds since 1970. */
export function useNow(pace: keyof typeof TICKERS = 'minute'): number {
  return useSyncExternalStore(TICKERS[pace].subscribe, TICKERS[pace].read)
}
