import { ClavigerError } from '@claviger/sdk'
import { Link, redirect } from '@tanstack/react-router'
import { refreshEverything } from '../../data/query-client.ts'
import { paths } from '../../paths.ts'
import { buttonStyle } from '../../ui/button.tsx'
import { CardPage } from './card-page.tsx'
import { askProvider, rememberWay } from './leave.ts'

/** In a window that was opened for it: goes to the provider, in place of this page, so that Back does not lead here again. */
export async function goToProvider(provider: string): Promise<never> {
  // The provider has nothing to do with the window that is waiting.
  window.opener = null
  const returnTo = paths.freshSignIn().to
  try {
    const { url } = await askProvider(provider, returnTo)
    rememberWay(returnTo)
    window.location.replace(url)
  } catch (error) {
    if (!(error instanceof ClavigerError)) throw error
    const problem = error.code === 'UNAVAILABLE' ? 'provider_unavailable' : 'failed'
    throw redirect({ ...paths.signIn(), search: { returnTo }, hash: `error=${problem}`, replace: true })
  }
  return new Promise(() => {})
}

/** Back from there: the window that is waiting hears of it and goes on, and this one has done its work. */
export async function tellWaiting(): Promise<void> {
  await refreshEverything()
  window.close()
}

/** Where the browser does not let a window close itself. */
export function FreshSignInPage() {
  return (
    <CardPage title="It is you" about="Go on in the window that you came from. This one is no longer needed.">
      <Link {...paths.home()} className={buttonStyle()}>
        Go to the start
      </Link>
    </CardPage>
  )
}
