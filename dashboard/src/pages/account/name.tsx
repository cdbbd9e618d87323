import { useSuspenseQuery } from '@tanstack/react-query'
import { client } from '../../data/client.ts'
import { meQuery } from '../../data/queries.ts'
import { useChange } from '../../data/use-change.ts'
import { OneFieldForm } from '../../forms/one-field-form.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { faultsOf } from '../field-faults.ts'
import { RefusalNotice } from '../refusal-notice.tsx'

export function NameForm() {
  const { data: me } = useSuspenseQuery(meQuery)
  const rename = useChange(
    (name: string) => client.people.rename(name),
    ({ person }) => tellDone('Name saved', person.name),
  )
  const { faults, isFieldFault } = faultsOf(rename.error)
  return (
    <>
      <p className="text-dim">{`You sign in as ${me.person.email}.`}</p>
      <OneFieldForm
        kind="name"
        action="Save name"
        initial={me.person.name}
        error={faults.name}
        failure={isFieldFault ? null : <RefusalNotice error={rename.error} />}
        busy={rename.busy}
        onSubmit={(name) => void rename.run(name)}
      />
    </>
  )
}
