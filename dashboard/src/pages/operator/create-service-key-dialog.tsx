import { useId, useState } from 'react'
import { client } from '../../data/client.ts'
import { useSecretChange } from '../../data/use-secret-change.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { faultsOf } from '../field-faults.ts'
import { RefusalNotice } from '../refusal-notice.tsx'
import type { MadeServiceKey } from './new-service-key.tsx'

interface CreateServiceKeyDialogProps {
  onMade: (made: MadeServiceKey) => void
  onClose: () => void
}

export function CreateServiceKeyDialog({ onMade, onClose }: CreateServiceKeyDialogProps) {
  const formId = useId()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState('*')
  const create = useSecretChange(
    () => client.serviceKeys.create({ name: name.trim(), scopes: scopes.split(/[\s,]+/).filter(Boolean) }),
    ({ key, secret }) => {
      onClose()
      if (secret !== null) onMade({ name: key.name, secret })
    },
  )
  const { faults, isFieldFault } = faultsOf(create.error)
  return (
    <Dialog
      title="Create a service key"
      onClose={onClose}
      dismissible={!create.busy}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} look="primary" busy={create.busy}>
            Create
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void create.run(undefined)
        }}
      >
        <Field label="Name" hint="Which service uses it." error={faults.name}>
          {(control) => (
            <Input
              {...control}
              required
              maxLength={100}
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="Scopes"
          hint="With blanks between them. A backend that only checks keys needs keys:verify; * is everything."
          error={faults.scopes}
        >
          {(control) => (
            <Input
              {...control}
              required
              autoComplete="off"
              spellCheck={false}
              value={scopes}
              onChange={(event) => setScopes(event.target.value)}
              className="font-mono text-sm"
            />
          )}
        </Field>
        {isFieldFault ? null : <RefusalNotice error={create.error} />}
      </form>
    </Dialog>
  )
}
