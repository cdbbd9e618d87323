import { useSuspenseQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { client } from '../data/client.ts'
import { meQuery } from '../data/queries.ts'
import { useChange } from '../data/use-change.ts'
import { ConfirmForm } from '../forms/confirm-form.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { RefusalNotice } from './refusal-notice.tsx'

/** Whoever sits there shows who they are. */
export function ConfirmDialog({ onEnd }: { onEnd: (done: boolean) => void }) {
  const { data: me } = useSuspenseQuery(meQuery)
  const formId = useId()
  const kind = me.person.hasPassword ? 'password' : 'code'
  const confirm = useChange(
    (text: string) => client.people.confirm({ [kind]: text }),
    () => onEnd(true),
  )
  return (
    <Dialog
      title="Is it still you?"
      about="This changes keys that are in production, so show once more who you are. It then holds for ten minutes."
      onClose={() => onEnd(false)}
      dismissible={!confirm.busy}
      actions={
        <>
          <Button onClick={() => onEnd(false)}>Cancel</Button>
          <Button type="submit" form={formId} look="primary" busy={confirm.busy}>
            Confirm
          </Button>
        </>
      }
    >
      <ConfirmForm
        id={formId}
        kind={kind}
        failure={<RefusalNotice error={confirm.error} />}
        onSubmit={(text) => void confirm.run(text)}
      />
    </Dialog>
  )
}
