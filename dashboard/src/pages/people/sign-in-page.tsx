import { getRouteApi, Link, useNavigate, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../data/client.ts'
import { useChange } from '../../data/use-change.ts'
import { SignInForm } from '../../forms/sign-in-form.tsx'
import { paths } from '../../paths.ts'
import { signInProblem } from '../../text/sign-in-problems.ts'
import { Notice } from '../../ui/notice.tsx'
import { RefusalNotice } from '../refusal-notice.tsx'
import { CardPage } from './card-page.tsx'
import { wayBack } from './leave.ts'
import { Providers } from './providers.tsx'

const route = getRouteApi('/sign-in')

export function SignInPage() {
  const search = route.useSearch()
  const navigate = useNavigate()
  const router = useRouter()
  // It stays in the address: reading it again shows the same, and it is no secret.
  const [problem] = useState(() => signInProblem(window.location.hash.slice(1)))
  // A provider that lets nobody in does not say where they wanted to go.
  const [returnTo] = useState(() => search.returnTo ?? (problem === null ? undefined : wayBack()))
  const signIn = useChange(
    (given: { email: string; password: string }) => client.people.signIn(given),
    (answer) => {
      if ('person' in answer) router.history.push(returnTo ?? '/')
      else void navigate({ ...paths.secondStep(), search: returnTo === undefined ? {} : { returnTo } })
    },
  )
  return (
    <CardPage title="Sign in">
      {problem !== null && (
        <Notice tone="danger" title={titleOf(returnTo)} live>
          {problem}
        </Notice>
      )}
      <SignInForm
        busy={signIn.busy}
        failure={<RefusalNotice error={signIn.error} />}
        onSubmit={(given) => void signIn.run(given)}
      />
      <Link {...paths.forgotPassword()} className="text-center text-accent-ink underline underline-offset-3">
        Forgot your password?
      </Link>
      <Providers returnTo={returnTo} />
      {returnTo === paths.invite().to && (
        <Link {...paths.invite()} className="text-center text-accent-ink underline underline-offset-3">
          Back to the invitation
        </Link>
      )}
    </CardPage>
  )
}

/** Whoever was asked whether it is still them is signed in all the while. */
function titleOf(returnTo: string | undefined): string {
  return returnTo === paths.freshSignIn().to ? 'That did not show who you are' : 'You are not signed in'
}
