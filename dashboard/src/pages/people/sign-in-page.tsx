import { getRouteApi, useNavigate, useRouter } from '@tanstack/react-router'
import { client } from '../../data/client.ts'
import { useChange } from '../../data/use-change.ts'
import { SignInForm } from '../../forms/sign-in-form.tsx'
import { paths } from '../../paths.ts'
import { RefusalNotice } from '../refusal-notice.tsx'
import { CardPage } from './card-page.tsx'

const route = getRouteApi('/sign-in')

export function SignInPage() {
  const { returnTo } = route.useSearch()
  const navigate = useNavigate()
  const router = useRouter()
  const signIn = useChange(
    (given: { email: string; password: string }) => client.people.signIn(given),
    (answer) => {
      if ('person' in answer) router.history.push(returnTo ?? '/')
      else void navigate({ ...paths.secondStep(), search: returnTo === undefined ? {} : { returnTo } })
    },
  )
  return (
    <CardPage title="Sign in">
      <SignInForm
        busy={signIn.busy}
        failure={<RefusalNotice error={signIn.error} />}
        onSubmit={(given) => void signIn.run(given)}
      />
    </CardPage>
  )
}
