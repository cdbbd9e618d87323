import type { ReactNode } from 'react'
import { useChange } from '../../data/use-change.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { RefusalNotice } from '../refusal-notice.tsx'

interface AskDialogProps<Answer> {
  title: string
  about: ReactNode
  /** What the last button says. */
  verb: string
  look?: 'primary' | 'danger'
  change: () => Promise<Answer>
  onDone: (answer: Answer) => void
  onClose: () => void
}

/** Asks before something is done that others feel at once. */
export function AskDialog<Answer>({
  title,
  about,
  verb,
  look = 'danger',
  change,
  onDone,
  onClose,
}: AskDialogProps<Answer>) {
  const asked = useChange(change, (answer) => {
    onDone(answer)
    onClose()
  })
  return (
    <Dialog
      title={title}
      about={about}
      onClose={onClose}
      dismissible={!asked.busy}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look={look} busy={asked.busy} onClick={() => void asked.run(undefined)}>
            {verb}
          </Button>
        </>
      }
    >
      <RefusalNotice error={asked.error} />
    </Dialog>
  )
}
