import type { RotateKeyRequest } from '@claviger/sdk'
import { useState } from 'react'
import { client } from '../../data/client.ts'
import { useOnce } from '../../data/use-once.ts'
import { useSecretChange } from '../../data/use-secret-change.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { localTime } from '../../text/times.ts'
import { pastOf } from '../../text/words.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Choice, FieldGroup } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { useNow } from '../../ui/use-now.ts'
import { RefusalNotice } from '../refusal-notice.tsx'
import { tellLostSecret } from '../secret/lost-secret.ts'
import { useReveal } from '../secret/reveal-context.ts'
import '../secret/secret-panel.tsx'
import { useOrganization } from '../use-organization.ts'
import type { KeyDialogProps } from './key-dialog-props.ts'
import { UsageFacts, useRemovalCheck } from './usage-facts.tsx'

const HOUR = 3_600

const OVERLAPS: readonly { seconds: number; label: string }[] = [
  { seconds: 0, label: 'Now' },
  { seconds: HOUR / 4, label: 'In 15 minutes' },
  { seconds: HOUR, label: 'In 1 hour' },
  { seconds: 6 * HOUR, label: 'In 6 hours' },
  { seconds: 24 * HOUR, label: 'In 24 hours' },
  { seconds: 3 * 24 * HOUR, label: 'In 3 days' },
  { seconds: 7 * 24 * HOUR, label: 'In 7 days' },
]

export function RotateDialog({ apiKey, overtaken, onClose }: KeyDialogProps) {
  const { id, words } = useOrganization()
  const reveal = useReveal()
  const check = useRemovalCheck(apiKey)
  const now = useNow()
  const [graceSeconds, setGraceSeconds] = useState(0)
  const make = useOnce(
    (request: RotateKeyRequest) => request,
    (request, options) => client.keys.rotate(id, apiKey.id, request, options),
  )
  const rotate = useSecretChange(make, ({ key, secret, sampleRequest, receipt }) => {
    onClose()
    if (secret === null) return tellLostSecret(key, words)
    tellDone(tellReceipt(pastOf(words.rotate, 'Rotated'), receipt), key.name)
    reveal({ apiKey: key, secret, sampleRequest, reason: 'rotated' })
  })
  const breaks = graceSeconds === 0 && check.data?.verdict === 'in-use'
  return (
    <Dialog
      title={
        <>
          {words.rotate}: <bdi>{apiKey.name}</bdi>
        </>
      }
      about="The key gets a new secret. Its name, its rights and its history stay as they are."
      onClose={onClose}
      dismissible={!rotate.busy}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look={breaks ? 'danger' : 'primary'}
            busy={rotate.busy}
            blocked={overtaken}
            onClick={() => void rotate.run({ graceSeconds })}
          >
            {words.rotate}
          </Button>
        </>
      }
    >
      <UsageFacts
        apiKey={apiKey}
        check={check}
        inUse={
          graceSeconds === 0
            ? 'What uses it stops working at once, until it has the new secret.'
            : 'What uses it has until the end of the overlap to take up the new secret.'
        }
      />
      {apiKey.previousSecret && (
        <Notice tone="warn" title="A rotation is under way">
          {`Rotating again ends the oldest secret (${apiKey.previousSecret.prefix}…) at once.`}
        </Notice>
      )}
      <FieldGroup legend="The old secret ends">
        {OVERLAPS.map(({ seconds, label }) => (
          <Choice
            key={seconds}
            type="radio"
            name="overlap"
            label={label}
            checked={graceSeconds === seconds}
            onChange={() => setGraceSeconds(seconds)}
            description={
              seconds > 0 && seconds === graceSeconds
                ? `${localTime(new Date(now + seconds * 1_000).toISOString())}. The rotation then finishes by itself. Until then the details show who still uses the old secret.`
                : undefined
            }
          />
        ))}
      </FieldGroup>
      {overtaken !== null && !rotate.busy && <Notice tone="warn" title={overtaken} live />}
      <RefusalNotice error={rotate.error} />
    </Dialog>
  )
}
