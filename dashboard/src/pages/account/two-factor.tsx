import type { NewTwoFactor } from '@claviger/sdk'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../data/client.ts'
import { meQuery } from '../../data/queries.ts'
import { useChange } from '../../data/use-change.ts'
import { OneFieldForm } from '../../forms/one-field-form.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { faultsOf } from '../field-faults.ts'
import { RefusalNotice } from '../refusal-notice.tsx'
import { TwoFactorSecrets } from './two-factor-secrets.tsx'

/** A code of an authenticator besides the password. */
export function TwoFactor() {
  const { data: me } = useSuspenseQuery(meQuery)
  const [given, setGiven] = useState<NewTwoFactor | null>(null)
  if (!me.person.hasPassword) {
    return (
      <p className="text-dim">
        It goes with a password, and you have none: what you are asked is decided where you sign in.
      </p>
    )
  }
  if (me.person.twoFactor) return <TurnOff />
  if (given) return <Confirm given={given} onDone={() => setGiven(null)} />
  return <Begin onBegun={setGiven} />
}

function Begin({ onBegun }: { onBegun: (given: NewTwoFactor) => void }) {
  const begin = useChange((password: string) => client.people.beginTwoFactor(password), onBegun)
  const { faults, isFieldFault } = faultsOf(begin.error)
  return (
    <>
      <p className="text-dim">
        It is off. Turned on, signing in asks for a code of your authenticator besides the password.
      </p>
      <OneFieldForm
        kind="password"
        action="Set up a second step"
        error={faults.password}
        failure={isFieldFault ? null : <RefusalNotice error={begin.error} />}
        busy={begin.busy}
        onSubmit={(password) => void begin.run(password)}
      />
    </>
  )
}

function Confirm({ given, onDone }: { given: NewTwoFactor; onDone: () => void }) {
  const confirm = useChange(
    (code: string) => client.people.confirmTwoFactor(code),
    () => {
      onDone()
      tellDone('The second step is on')
    },
  )
  const { faults, isFieldFault } = faultsOf(confirm.error)
  return (
    <>
      <TwoFactorSecrets given={given} />
      <OneFieldForm
        kind="code"
        action="Turn it on"
        error={faults.code}
        failure={isFieldFault ? null : <RefusalNotice error={confirm.error} />}
        busy={confirm.busy}
        onSubmit={(code) => void confirm.run(code)}
      />
    </>
  )
}

function TurnOff() {
  const disable = useChange(
    (password: string) => client.people.disableTwoFactor(password),
    () => tellDone('The second step is off'),
  )
  const { faults, isFieldFault } = faultsOf(disable.error)
  return (
    <>
      <p className="text-dim">It is on: signing in asks for a code of your authenticator besides the password.</p>
      <OneFieldForm
        kind="password"
        action="Turn it off"
        error={faults.password}
        failure={isFieldFault ? null : <RefusalNotice error={disable.error} />}
        busy={disable.busy}
        onSubmit={(password) => void disable.run(password)}
      />
    </>
  )
}
