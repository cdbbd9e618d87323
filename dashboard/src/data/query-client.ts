import { ClavigerError } from '@claviger/sdk'
import { notifyManager, QueryCache, QueryClient } from '@tanstack/react-query'

// An answer is on the screen with the next frame, and not with the one after that a timer waits for.
notifyManager.setScheduler(queueMicrotask)

/** Nothing was wrong with what was asked, so asking again may help. */
export function isPassing(error: unknown): boolean {
  return error instanceof ClavigerError && (error.status === null || error.status >= 500)
}

/** What was asked for is itself at fault, and stays so. */
export function isInvalid(error: unknown): boolean {
  return error instanceof ClavigerError && error.status === 400
}

let sessionOver = async () => {}

/** @param act once the server no longer knows who asks. */
export function whenSessionIsOver(act: () => Promise<void>): void {
  sessionOver = act
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError(error, { queryKey }) {
      // Whether anybody is signed in at all is asked by the pages themselves.
      if (error instanceof ClavigerError && error.code === 'UNAUTHORIZED' && queryKey[0] !== 'me') void sessionOver()
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => failures < 1 && isPassing(error),
    },
    mutations: { retry: false },
  },
})

/**
 * Tells the other tabs of this browser that something changed, so that all of them agree. Nothing but the fact is told:
 * each asks the server for itself.
 */
const otherTabs = new BroadcastChannel('claviger')
otherTabs.onmessage = () => void queryClient.invalidateQueries()

/** After every change: what any screen shows may be another now. */
export async function refreshEverything(): Promise<void> {
  otherTabs.postMessage('changed')
  await queryClient.invalidateQueries()
}
