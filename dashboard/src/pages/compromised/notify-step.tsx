import type { Compromise } from '@claviger/sdk'
import { client } from '../../data/client.ts'
import { useChange } from '../../data/use-change.ts'
import { counted } from '../../text/counts.ts'
import { utcTime } from '../../text/times.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Field, Textarea } from '../../ui/field.tsx'
import { Moment } from '../../ui/moment.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { ONLY_LOOK } from '../keys/key-menu.tsx'
import { RefusalNotice } from '../refusal-notice.tsx'
import { useOrganization } from '../use-organization.ts'
import { Step } from './step.tsx'
import type { StepProps } from './step-props.ts'

export function NotifyStep({ compromise }: StepProps) {
  const { notified, mail } = compromise
  return (
    <Step
      number={5}
      title="Tell the team"
      about="Owners and admins should know, and whoever runs what used it. The secret itself is in no message."
      done={
        notified && (
          <>
            {`Owners and admins were told by mail, by ${notified.by}, `}
            <Moment at={notified.at} />.
          </>
        )
      }
    >
      {mail ? <ByMail compromise={compromise} /> : <ByHand compromise={compromise} />}
    </Step>
  )
}

function ByMail({ compromise: { key, notified } }: { compromise: Compromise }) {
  const { id, may } = useOrganization()
  const notify = useChange(
    () => client.keys.notifyOfCompromise(id, key.id),
    ({ notified: people }) => tellDone(`${counted(people, 'person is', 'people are')} told by mail`, key.name),
  )
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] justify-items-start gap-3">
      <Button
        look={notified ? 'secondary' : 'primary'}
        busy={notify.busy}
        blocked={may('keys:write') ? null : ONLY_LOOK}
        onClick={() => void notify.run(undefined)}
      >
        {notified ? 'Tell them how it stands now' : 'Tell owners and admins by mail'}
      </Button>
      <RefusalNotice error={notify.error} />
    </div>
  )
}

/** Where no mail is sent. */
function ByHand({ compromise }: { compromise: Compromise }) {
  const { organization, words, id } = useOrganization()
  const text = messageOf(compromise, organization.name, words.key, `${location.origin}/${id}/keys/${compromise.key.id}`)
  return (
    <div className="grid max-w-2xl grid-cols-[minmax(0,1fr)] justify-items-start gap-2">
      <Field label="Message to your team" hint="This server sends no mail; send it yourself.">
        {(control) => <Textarea {...control} readOnly rows={7} value={text} className="font-mono text-sm" />}
      </Field>
      <CopyButton text={text} label="Copy message" />
    </div>
  )
}

function messageOf({ key, stopped, replacement }: Compromise, organization: string, word: string, address: string) {
  return [
    `${word} “${key.name}” (${key.prefix}…) of ${organization} was compromised.`,
    stopped ? `Stopped: ${stopped.how}, ${utcTime(stopped.at)}.` : 'Not stopped yet: the secret still works.',
    ...(replacement ? [`Replaced by “${replacement.name}”, ${utcTime(replacement.at)}.`] : []),
    ...(stopped?.how === 'rotated' ? ['It has a new secret: take that up wherever it is used.'] : []),
    'Check whether a system of yours used it, and whether its recent requests were yours:',
    `${address}/compromised`,
  ].join('\n')
}
