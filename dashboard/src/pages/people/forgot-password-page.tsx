import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../data/client.ts'
import { useChange } from '../../data/use-change.ts'
import { OneFieldForm } from '../../forms/one-field-form.tsx'
import { paths } from '../../paths.ts'
import { buttonStyle } from '../../ui/button.tsx'
import { faultsOf } from '../field-faults.ts'
import { RefusalNotice } from '../refusal-notice.tsx'
import { CardPage } from './card-page.tsx'

/** Asks for a link by mail. It says the same whether or not there is such an account. */
export function ForgotPasswordPage() {
  const [asked, setAsked] = useState(false)
  const ask = useChange(
    (email: string) => client.people.forgotPassword(email),
    () => setAsked(true),
  )
  const { faults, isFieldFault } = faultsOf(ask.error)
  const back = (
    <Link {...paths.signIn()} className={buttonStyle()}>
      Back to sign-in
    </Link>
  )
  if (asked) {
    return (
      <CardPage
        title="Look at your mail"
        about="If there is an account with that address, a link to set a new password is on its way. Where no mail comes, whoever runs this deployment can make you a link."
      >
        {back}
      </CardPage>
    )
  }
  return (
    <CardPage title="Forgot your password?" about="We mail you a link by which you set a new one.">
      <OneFieldForm
        kind="email"
        action="Mail me a link"
        busy={ask.busy}
        error={faults.email}
        failure={isFieldFault ? null : <RefusalNotice error={ask.error} />}
        onSubmit={(email) => void ask.run(email)}
      />
      {back}
    </CardPage>
  )
}
