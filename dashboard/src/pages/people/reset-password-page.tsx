import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../data/client.ts'
import { useChange } from '../../data/use-change.ts'
import { ResetPasswordForm } from '../../forms/reset-password-form.tsx'
import { paths } from '../../paths.ts'
import { buttonStyle } from '../../ui/button.tsx'
import { faultsOf } from '../field-faults.ts'
import { RefusalNotice } from '../refusal-notice.tsx'
import { CardPage } from './card-page.tsx'
import { useLinkToken } from './link-token.ts'

/** Where the link for a new password leads. */
export function ResetPasswordPage() {
  const token = useLinkToken()
  const [done, setDone] = useState(false)
  const reset = useChange(
    (password: string) => client.people.resetPassword({ token, password }),
    () => setDone(true),
  )
  const { faults } = faultsOf(reset.error)
  if (done) {
    return (
      <CardPage title="Your password is set" about="Wherever you were signed in, you no longer are.">
        <Link {...paths.signIn()} className={buttonStyle({ look: 'primary' })}>
          Sign in
        </Link>
      </CardPage>
    )
  }
  const another = (
    <Link {...paths.forgotPassword()} className="text-center text-accent-ink underline underline-offset-3">
      Ask for another link
    </Link>
  )
  if (token === '') {
    return (
      <CardPage title="This link is not whole" about="Open the link of the mail once more, all of it.">
        {another}
      </CardPage>
    )
  }
  return (
    <CardPage title="Set a new password" about="It ends every session of yours, on every device.">
      <ResetPasswordForm
        busy={reset.busy}
        error={faults.password}
        failure={faults.password ? null : <RefusalNotice error={reset.error} />}
        onSubmit={(password) => void reset.run(password)}
      />
      {another}
    </CardPage>
  )
}
