import type { SecondStepRequest } from '@claviger/sdk'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { client } from '../../data/client.ts'
import { useChange } from '../../data/use-change.ts'
import { SecondStepForm } from '../../forms/second-step-form.tsx'
import { paths } from '../../paths.ts'
import { RefusalNotice } from '../refusal-notice.tsx'
import { CardPage } from './card-page.tsx'

const route = getRouteApi('/two-factor')

export function SecondStepPage() {
  const { returnTo } = route.useSearch()
  const router = useRouter()
  const proof = useChange(
    (given: SecondStepRequest) => client.people.signInSecond(given),
    () => router.history.push(returnTo ?? '/'),
  )
  return (
    <CardPage title="Second step" about="Your account is protected by a second step.">
      <SecondStepForm
        busy={proof.busy}
        failure={<RefusalNotice error={proof.error} />}
        onSubmit={(given) => void proof.run(given)}
      />
      <Link {...paths.signIn()} className="text-center text-accent-ink underline underline-offset-3">
        Start again
      </Link>
    </CardPage>
  )
}
