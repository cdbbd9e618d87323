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
import { Providers } from './providers.tsx'

const route = getRouteApi('/sign-in')

export function SignInPage() {
  const { returnTo } = route.useSearch()
  const navigate = useNavigate()
  const router = useRouter()
  // It stays in the address: reading it again shows the same, and it is no secret.
  const [problem] = useState(() => signInProblem(window.location.hash.slice(1)))
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
        <Notice tone="danger" title="You are not signed in" live>
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
    </CardPage>
  )
}
