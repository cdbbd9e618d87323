import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { client } from '../../data/client.ts'
import { productQuery } from '../../data/queries.ts'
import { queryClient } from '../../data/query-client.ts'
import { useChange } from '../../data/use-change.ts'
import { type SetUpDraft, SetUpForm } from '../../forms/set-up-form.tsx'
import { paths } from '../../paths.ts'
import { buttonStyle } from '../../ui/button.tsx'
import { faultsOf } from '../field-faults.ts'
import { RefusalNotice } from '../refusal-notice.tsx'
import { CardPage } from './card-page.tsx'
import { useLinkToken } from './link-token.ts'

export function SetUpPage() {
  const { data: product } = useSuspenseQuery(productQuery)
  const token = useLinkToken()
  const navigate = useNavigate()
  const setUp = useChange(
    ({ organization, ...person }: SetUpDraft) =>
      client.people.setUp({ token, ...person, organization: { name: organization } }),
    async ({ organization }) => {
      await queryClient.invalidateQueries()
      await navigate(paths.keys(organization.id))
    },
  )
  const { faults, isFieldFault } = faultsOf(setUp.error)
  if (product.setUp) {
    return (
      <CardPage
        title="This is set up already"
        about="Somebody has an operator account. Sign in, or ask them for an invitation."
      >
        <Link {...paths.signIn()} className={buttonStyle({ look: 'primary' })}>
          Sign in
        </Link>
      </CardPage>
    )
  }
  if (token === '') {
    return (
      <CardPage
        title="Nobody has set this up yet"
        about="The server printed a link when it started. Open that one: it shows that you are at its console. It works for an hour; starting the server again prints another."
      >
        <span />
      </CardPage>
    )
  }
  return (
    <CardPage
      title="Set up"
      about="Your account runs this deployment: you see every organization and may do everything."
    >
      <SetUpForm
        busy={setUp.busy}
        faults={faults}
        failure={isFieldFault ? null : <RefusalNotice error={setUp.error} />}
        onSubmit={(draft) => void setUp.run(draft)}
      />
    </CardPage>
  )
}
