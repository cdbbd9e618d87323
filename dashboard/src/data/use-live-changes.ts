import { useEffect } from 'react'
import { queryClient } from './query-client.ts'

const AGAIN_AFTER_MS = 5_000

/**
 * While the page is in sight, hears of every change in an organization and asks anew for what is on the screen. A page
 * that nobody looks at keeps no connection: browsers allow few to one server.
 */
export function useLiveChanges(organization: string): void {
  useEffect(() => {
    let stream: EventSource | undefined
    const askAnew = () => void queryClient.invalidateQueries()
    let timer: ReturnType<typeof setTimeout> | undefined
    const follow = () => {
      clearTimeout(timer)
      stream?.close()
      stream = undefined
      if (document.hidden) return
      stream = new EventSource(`/v1/organizations/${encodeURIComponent(organization)}/changes`)
      stream.addEventListener('change', askAnew)
      // A browser tries again by itself after a lost connection, but gives up where something else was answered: the
      // session or the membership is over, and the screen should know; or a proxy has lost its server for a while.
      stream.addEventListener('error', () => {
        if (stream?.readyState !== EventSource.CLOSED) return
        askAnew()
        timer = setTimeout(follow, AGAIN_AFTER_MS)
      })
      // What happened before it was open, the first time as well, was missed.
      stream.addEventListener('open', askAnew)
    }
    follow()
    document.addEventListener('visibilitychange', follow)
    return () => {
      document.removeEventListener('visibilitychange', follow)
      clearTimeout(timer)
      stream?.close()
    }
  }, [organization])
}
