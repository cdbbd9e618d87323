import { useEffect } from 'react'
import { queryClient } from './query-client.ts'

/**
 * While the page is in sight, hears of every change in an organization and asks anew for what is on the screen. A page
 * that nobody looks at keeps no connection: browsers allow few to one server.
 */
export function useLiveChanges(organization: string): void {
  useEffect(() => {
    let stream: EventSource | undefined
    const askAnew = () => void queryClient.invalidateQueries()
    const follow = () => {
      stream?.close()
      stream = undefined
      if (document.hidden) return
      stream = new EventSource(`/v1/organizations/${encodeURIComponent(organization)}/changes`)
      stream.addEventListener('change', askAnew)
      // Closed for good: the session or the membership is over, and the screen should know.
      stream.addEventListener('error', () => {
        if (stream?.readyState === EventSource.CLOSED) askAnew()
      })
      // What happened before it was open, the first time as well, was missed.
      stream.addEventListener('open', askAnew)
    }
    follow()
    document.addEventListener('visibilitychange', follow)
    return () => {
      document.removeEventListener('visibilitychange', follow)
      stream?.close()
    }
  }, [organization])
}
