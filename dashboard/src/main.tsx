import { ClavigerError } from '@claviger/sdk'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { untilLetGo } from './data/kept-page.ts'
import { isFetchingAhead, reloadIfReachable } from './data/page-parts.ts'
import { isSignedIn } from './data/queries.ts'
import { queryClient, whenSessionIsOver } from './data/query-client.ts'
import { paths } from './paths.ts'
import { router } from './router.tsx'

window.addEventListener('vite:preloadError', () => {
  if (!isFetchingAhead()) void reloadIfReachable()
})

let leaving = false
whenSessionIsOver(async () => {
  // All that is on the screen learns of it at once.
  if (leaving) return
  leaving = true
  // Meanwhile somebody may have signed in again, in another tab.
  if (!((await untilLetGo()) && (await isSignedIn()))) await leave()
  leaving = false
})

async function leave(): Promise<void> {
  const { pathname, href } = router.latestLocation
  // Whoever signed out is on the way there already.
  if (pathname === paths.signIn().to) return
  await router.navigate({ ...paths.signIn(), search: { returnTo: href }, hash: 'error=session_over' })
  // Nothing that was read stays for whoever sits down here next.
  queryClient.clear()
}

const place = document.getElementById('root')
if (!place) throw new TypeError('index.html has no element with the id "root"')
createRoot(place, {
  // What the server refused is on the screen, with its request id.
  onCaughtError: (error) => {
    if (!(error instanceof ClavigerError)) console.error(error)
  },
}).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
