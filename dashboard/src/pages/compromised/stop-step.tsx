import type { ApiKey, Compromise } from '@claviger/sdk'
import { type ReactNode, useState } from 'react'
import { inSentence, pastOf } from '../../text/words.ts'
import { Button } from '../../ui/button.tsx'
import { Choice, FieldGroup } from '../../ui/field.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Notice } from '../../ui/notice.tsx'
import { ONLY_LOOK, whyNot } from '../keys/key-menu.tsx'
import { useOrganization } from '../use-organization.ts'
import { Step } from './step.tsx'
import type { StepProps } from './step-props.ts'
import { StopDialog } from './stop-dialog.tsx'
import { useWaysToStop, type WayToStop } from './ways-to-stop.ts'

export function StopStep({ compromise, apiKey }: StepProps) {
  const { words } = useOrganization()
  const { stopped } = compromise
  return (
    <Step
      number={1}
      title="Stop it"
      about="Until the secret is dead, whoever has it can do what the key can do."
      done={stopped && <Stopped stopped={stopped} />}
    >
      {apiKey && stopped === null && <Ways apiKey={apiKey} />}
      {stopped?.how === 'rotated' && (
        <p className="max-w-prose text-dim">
          {`The ${inSentence(words.key)} itself lives on with its new secret. Has that one leaked too, open it and choose again there.`}
        </p>
      )}
    </Step>
  )
}

function Stopped({ stopped: { how, at, by } }: { stopped: NonNullable<Compromise['stopped']> }): ReactNode {
  const { words } = useOrganization()
  const verb = { revoked: words.revoke, deleted: words.delete, rotated: words.rotate }[how]
  return (
    <>
      {`${pastOf(verb, how.charAt(0).toUpperCase() + how.slice(1))}${by === null ? '' : ` by ${by}`} `}
      <Moment at={at} />
      {'. Requests with the old secret are refused.'}
    </>
  )
}

function Ways({ apiKey }: { apiKey: ApiKey }) {
  const { catalog, may } = useOrganization()
  const ways = useWaysToStop().filter(({ deed }) => whyNot(deed, apiKey, catalog) === null)
  const [chosen, setChosen] = useState<WayToStop | undefined>(ways[0])
  const [asking, setAsking] = useState(false)
  const way = ways.find(({ deed }) => deed === chosen?.deed) ?? ways[0]
  if (way === undefined) {
    return (
      <Notice tone="warn" title="The state of this key allows nothing of the kind">
        It has to be looked at by hand.
      </Notice>
    )
  }
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] justify-items-start gap-3">
      <FieldGroup legend="How">
        {ways.map((each) => (
          <Choice
            key={each.deed}
            type="radio"
            name="way"
            label={each.label}
            description={each.breaks}
            checked={each.deed === way.deed}
            onChange={() => setChosen(each)}
          />
        ))}
      </FieldGroup>
      <Button look="primary" blocked={may('keys:write') ? null : ONLY_LOOK} onClick={() => setAsking(true)}>
        {`${way.label}…`}
      </Button>
      {asking && <StopDialog apiKey={apiKey} way={way} onClose={() => setAsking(false)} />}
    </div>
  )
}
