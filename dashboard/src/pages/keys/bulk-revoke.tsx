import { type ApiKey, ClavigerError } from '@claviger/sdk'
import { type RefObject, useState } from 'react'
import { client } from '../../data/client.ts'
import { confirming } from '../../data/fresh-sign-in.ts'
import { refreshEverything } from '../../data/query-client.ts'
import { counted } from '../../text/counts.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { DAY_MS } from '../../text/times.ts'
import { pastOf } from '../../text/words.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { AlertIcon, CheckIcon } from '../../ui/icons.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useNow } from '../../ui/use-now.ts'
import { useOrganization } from '../use-organization.ts'
import { Prefix } from './key-columns.tsx'

type Result = { done: true; told: string } | { done: false; told: string }

interface BulkRevokeProps {
  keys: readonly ApiKey[]
  /** @param tried whether they were to be revoked, and have their results. */
  onClose: (tried: boolean) => void
  /** Gets focus afterwards: what opened the dialog goes with the choice of keys. */
  returnTo: RefObject<HTMLElement | null>
}

/** Stays the same, so that focus is taken once. */
const takeFocus = (button: HTMLButtonElement | null) => button?.focus()

/** Several keys at once, one after the other: each has a result of its own, and one that fails stops none of the rest. */
export function BulkRevoke({ keys, onClose, returnTo }: BulkRevokeProps) {
  const { id, words } = useOrganization()
  const now = useNow()
  const [results, setResults] = useState<ReadonlyMap<string, Result>>(new Map())
  const [running, setRunning] = useState(false)
  const [typed, setTyped] = useState('')
  const inUse = keys.filter(({ lastUsedAt }) => lastUsedAt !== null && now - Date.parse(lastUsedAt) < DAY_MS)
  const finished = results.size > 0 && !running
  const close = () => onClose(finished)
  const number = String(keys.length)

  const run = async () => {
    setRunning(true)
    for (const key of keys) {
      const result = await revoke(key)
      setResults((before) => new Map(before).set(key.id, result))
    }
    setRunning(false)
    await refreshEverything()
  }
  const revoke = async (key: ApiKey): Promise<Result> => {
    try {
      const { receipt } = await confirming(() => client.keys.revoke(id, key.id, {}))
      return { done: true, told: tellReceipt(pastOf(words.revoke, 'Revoked'), receipt) }
    } catch (error) {
      if (error instanceof ClavigerError) return { done: false, told: error.message }
      throw error
    }
  }

  return (
    <Dialog
      wide
      title={`${words.revoke}: ${counted(keys.length, 'key', 'keys')}`}
      about="Every request with one of these is refused from the moment it is done. It cannot be undone."
      onClose={close}
      dismissible={finished ? 'by-key' : !running}
      returnTo={returnTo}
      actions={
        finished ? (
          <Button ref={takeFocus} look="primary" onClick={close}>
            Close
          </Button>
        ) : (
          <>
            <Button onClick={close} blocked={running ? 'It is under way.' : null}>
              Cancel
            </Button>
            <Button
              look="danger"
              busy={running}
              blocked={inUse.length > 0 && typed.trim() !== number ? `Type ${number} first.` : null}
              onClick={() => void run()}
            >
              {words.revoke}
            </Button>
          </>
        )
      }
    >
      {inUse.length > 0 && !finished && (
        <Notice tone="warn" title={`${counted(inUse.length, 'key is', 'keys are')} in use`}>
          {`Used within the last 24 hours. What uses ${inUse.length === 1 ? 'it' : 'them'} stops working at once.`}
        </Notice>
      )}
      <ul className="max-h-72 overflow-y-auto rounded-lg border border-line" aria-live="polite">
        {keys.map((key) => {
          const result = results.get(key.id)
          return (
            <li
              key={key.id}
              className="flex flex-wrap items-baseline gap-x-3 border-line border-b px-3 py-2 last:border-b-0"
            >
              <bdi className="min-w-0 font-medium">{key.name}</bdi>
              <Prefix>{key.prefix}</Prefix>
              <span className="ms-auto text-dim text-sm">
                {result ? (
                  <span className={`flex items-center gap-1 ${result.done ? 'text-ok' : 'text-danger'}`}>
                    {result.done ? <CheckIcon /> : <AlertIcon />}
                    {result.told}
                  </span>
                ) : key.lastUsedAt === null ? (
                  'Never used'
                ) : (
                  <>
                    Used <Moment at={key.lastUsedAt} />
                  </>
                )}
              </span>
            </li>
          )
        })}
      </ul>
      {inUse.length > 0 && !finished && (
        <Field label={`Type ${number} to go on`}>
          {(control) => (
            <Input
              {...control}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              inputMode="numeric"
              autoComplete="off"
              className="max-w-32"
            />
          )}
        </Field>
      )}
    </Dialog>
  )
}
