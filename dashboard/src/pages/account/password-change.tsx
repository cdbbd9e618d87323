import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../data/client.ts'
import { meQuery, methodsQuery } from '../../data/queries.ts'
import { useChange } from '../../data/use-change.ts'
import { ChangePasswordForm } from '../../forms/change-password-form.tsx'
import { paths } from '../../paths.ts'
import { tellDone } from '../../ui/toast.tsx'
import { faultsOf } from '../field-faults.ts'
import { RefusalNotice } from '../refusal-notice.tsx'

export function PasswordChange() {
  const { data: me } = useSuspenseQuery(meQuery)
  // A new form after each change: what was typed stays in no field.
  const [changes, setChanges] = useState(0)
  const change = useChange(
    (given: { currentPassword: string; newPassword: string }) => client.people.changePassword(given),
    () => {
      setChanges(changes + 1)
      tellDone('Password changed', 'Every other session of yours is over.')
    },
  )
  const { faults, isFieldFault } = faultsOf(change.error)
  if (!me.person.hasPassword) return <NoPassword />
  return (
    <>
      <p className="text-dim">Changing it ends every other session of yours.</p>
      <ChangePasswordForm
        key={changes}
        faults={faults}
        failure={isFieldFault ? null : <RefusalNotice error={change.error} />}
        busy={change.busy}
        onSubmit={(given) => void change.run(given)}
      />
    </>
  )
}

function NoPassword() {
  const { data: methods } = useQuery(methodsQuery)
  const [provider] = methods?.providers ?? []
  return (
    <p className="text-dim">
      {provider ? `You have none: you sign in with ${provider.label}. ` : 'You have none. '}
      <Link {...paths.forgotPassword()} className="text-accent-ink underline underline-offset-3">
        Have a link mailed to set one
      </Link>
    </p>
  )
}
