import { ClavigerError } from '@claviger/sdk'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { client } from '../../data/client.ts'
import { invitationPreviewQuery, meQuery } from '../../data/queries.ts'
import { useChange } from '../../data/use-change.ts'
import { AcceptForm } from '../../forms/accept-form.tsx'
import { paths } from '../../paths.ts'
import { ROLE_TEXTS } from '../../text/roles.ts'
import { Button, buttonStyle } from '../../ui/button.tsx'
import { faultsOf } from '../field-faults.ts'
import { RefusalNotice } from '../refusal-notice.tsx'
import { Waiting } from '../waiting.tsx'
import { CardPage } from './card-page.tsx'
import { useLinkToken } from './link-token.ts'
import { Providers } from './providers.tsx'

/** Whoever follows an invitation's link: it says whose it is, and makes an account or takes the one there is. */
export function InvitePage() {
  const token = useLinkToken()
  const navigate = useNavigate()
  const preview = useQuery(invitationPreviewQuery(token))
  const me = useQuery({ ...meQuery, retry: false })
  const accept = useChange(
    (given: { name?: string; password?: string }) => client.invitations.accept({ token, ...given }),
    ({ membership }) => navigate(paths.keys(membership.organization.id)),
  )
  if (preview.isPending) return <Waiting />
  if (preview.error) {
    const gone = preview.error instanceof ClavigerError && preview.error.status === 404
    return (
      <CardPage
        title="This invitation is over"
        about={
          gone
            ? 'It was used, taken back, or is older than seven days. Ask whoever invited you for another.'
            : preview.error.message
        }
      >
        <Link {...paths.signIn()} className={buttonStyle()}>
          Sign in
        </Link>
      </CardPage>
    )
  }
  const { organization, role, email, invitedBy, hasAccount } = preview.data
  const about = `${invitedBy.name} asks you to join as ${ROLE_TEXTS[role].label.toLowerCase()}: ${ROLE_TEXTS[role].about.toLowerCase()}.`
  const { faults, isFieldFault } = faultsOf(accept.error)
  const failure = isFieldFault ? null : <RefusalNotice error={accept.error} />
  if (!hasAccount) {
    return (
      <CardPage title={`Join ${organization.name}`} about={about}>
        <AcceptForm
          email={email}
          faults={faults}
          failure={failure}
          busy={accept.busy}
          onSubmit={(given) => void accept.run(given)}
        />
        <Providers returnTo={paths.invite().to} about="Or join without a password:" />
      </CardPage>
    )
  }
  if (me.data?.person.email !== email) {
    return (
      <CardPage title={`Join ${organization.name}`} about={about}>
        <p>{`There is an account for ${email} already. Sign in with it, and you are led back here.`}</p>
        <Link {...paths.signIn()} search={{ returnTo: paths.invite().to }} className={buttonStyle({ look: 'primary' })}>
          Sign in
        </Link>
      </CardPage>
    )
  }
  return (
    <CardPage title={`Join ${organization.name}`} about={about}>
      {failure}
      <Button look="primary" busy={accept.busy} onClick={() => void accept.run({})}>
        {`Join as ${me.data.person.name}`}
      </Button>
    </CardPage>
  )
}
