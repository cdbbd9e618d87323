import { holdsSecret } from '@claviger/core'
import { useState } from 'react'
import { client } from '../../data/client.ts'
import { useChange } from '../../data/use-change.ts'
import { inSentence } from '../../text/words.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useOrganization } from '../use-organization.ts'
import { GuardedSecret } from './guarded-secret.tsx'
import type { Revealed } from './reveal-context.ts'
import { SampleRequest } from './sample-request.tsx'
import type { SecretBox } from './use-secret-box.ts'

interface SecretPanelProps {
  box: SecretBox<Revealed>
  onSaved: () => void
}

/** The one sight of a new secret: neither Escape nor Back nor a closed tab loses it without being asked. */
export function SecretPanel({ box: { held }, onSaved }: SecretPanelProps) {
  return held && <Panel {...held} onSaved={onSaved} />
}

function Panel({ apiKey, secret, sampleRequest, reason, onSaved }: Revealed & { onSaved: () => void }) {
  const { id, words, catalog } = useOrganization()
  const [place, setPlace] = useState('')
  const note = useChange(
    () =>
      client.keys.edit(
        id,
        apiKey.id,
        { description: withPlace(apiKey.description, place) },
        { ifVersion: apiKey.version },
      ),
    onSaved,
  )
  const isSecret = place.includes(secret) || holdsSecret(place)
  const finish = () => {
    if (isSecret) return
    if (place.trim() === '') onSaved()
    else void note.run(undefined)
  }
  const secretWord = inSentence(words.secret)
  return (
    <GuardedSecret
      title={reason === 'created' ? `Your new ${secretWord}` : `The new ${secretWord}`}
      name={apiKey.name}
      secret={secret}
      warning="Copy it now. It is shown this once and never again; if it is lost, rotate the key."
      what={secretWord}
      remedy="Rotating the key makes another."
      onGone={onSaved}
      action={
        <Button look="primary" busy={note.busy} onClick={finish}>
          I have saved it
        </Button>
      }
    >
      {sampleRequest !== null && (
        <SampleRequest sample={sampleRequest} secret={secret} variable={catalog.environmentVariable} />
      )}
      <Field
        label="Where did you store it?"
        optional
        error={isSecret ? `That is the ${secretWord} itself, and many can read this. Name the place only.` : undefined}
        hint="Kept with the description of the key, for whoever looks for it one day. Never the secret itself."
      >
        {(control) => (
          <Input
            {...control}
            value={place}
            onChange={(event) => setPlace(event.target.value)}
            placeholder="Password manager, CI settings …"
            autoComplete="off"
            maxLength={200}
          />
        )}
      </Field>
      {note.error && (
        <Notice
          tone="warn"
          live
          title="The note could not be saved"
          actions={<Button onClick={onSaved}>Close without the note</Button>}
        >
          {note.error.message}
        </Notice>
      )}
    </GuardedSecret>
  )
}

function withPlace(description: string | null, place: string): string {
  const stored = `Stored in: ${place.trim()}`
  const before = (description ?? '').replace(/\n?Stored in: .*$/s, '')
  return before === '' ? stored : `${before}\n${stored}`
}
