import type { ApiKey, ClavigerError } from '@claviger/sdk'
import { type ReactNode, type RefObject, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { RefusalNotice } from '../refusal-notice.tsx'
import { isOver, UsageFacts, useRemovalCheck } from './usage-facts.tsx'

interface DangerDialogProps {
  apiKey: ApiKey
  /** Of the product, e.g. `Revoke Key`: on the button that does it. */
  verb: string
  title: ReactNode
  /** What it means, in a sentence. */
  consequence: ReactNode
  children?: ReactNode
  /** Why it cannot be done any more. */
  overtaken?: string | null
  busy: boolean
  error: ClavigerError | null
  onConfirm: (inUse: boolean) => void
  onClose: () => void
  returnTo?: RefObject<HTMLElement | null> | undefined
}

/** What cannot be taken back: it shows what would break, and of a key in use its name is typed first. */
export function DangerDialog({
  apiKey,
  verb,
  title,
  consequence,
  children,
  overtaken = null,
  busy,
  error,
  onConfirm,
  onClose,
  returnTo,
}: DangerDialogProps) {
  const check = useRemovalCheck(apiKey)
  const [typed, setTyped] = useState('')
  const inUse = check.data?.verdict === 'in-use'
  const mustType = !isOver(apiKey) && (inUse || check.isError)
  const blocked =
    overtaken ??
    (check.isPending
      ? 'One moment: who uses the key is being looked up.'
      : mustType && typed.trim() !== apiKey.name.trim()
        ? 'Type the name of the key first.'
        : null)
  return (
    <Dialog
      title={title}
      {...(returnTo && { returnTo })}
      about={consequence}
      onClose={onClose}
      dismissible={!busy}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="danger" busy={busy} blocked={blocked} onClick={() => onConfirm(inUse)}>
            {verb}
          </Button>
        </>
      }
    >
      <UsageFacts apiKey={apiKey} check={check} />
      {children}
      {mustType && (
        <Field
          label={
            <>
              Type{' '}
              <code dir="auto" className="rounded bg-sunken px-1 py-px font-mono">
                {apiKey.name}
              </code>{' '}
              to go on
            </>
          }
        >
          {(control) => (
            <Input
              {...control}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              autoComplete="off"
              spellCheck={false}
            />
          )}
        </Field>
      )}
      {/* What is under way here may be heard of before it is answered. */}
      {overtaken !== null && !busy && <Notice tone="warn" title={overtaken} live />}
      <RefusalNotice error={error} />
    </Dialog>
  )
}
