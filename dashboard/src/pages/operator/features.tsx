import type { Catalog, Organization } from '@claviger/sdk'
import { useState } from 'react'
import { client } from '../../data/client.ts'
import { useChange } from '../../data/use-change.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { Choice, FieldGroup } from '../../ui/field.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { RefusalNotice } from '../refusal-notice.tsx'

interface FeaturesProps {
  organization: Organization
  texts: Catalog['featureTexts']
}

/** What is switched on for one organization. */
export function Features({ organization, texts }: FeaturesProps) {
  const change = useChange(
    (features: Record<string, boolean>) =>
      client.organizations.edit(organization.id, { features }, { ifVersion: organization.version }),
    ({ receipt }) => tellDone(tellReceipt('Features changed', receipt), organization.name),
  )
  // What was asked for is shown until what holds then is known, so that nothing jumps back in between.
  const [asked, setAsked] = useState<{ id: string; on: boolean; ofVersion: number } | null>(null)
  const pending = change.error === null && asked?.ofVersion === organization.version ? asked : null
  const switchTo = (id: string, on: boolean) => {
    if (change.busy) return
    setAsked({ id, on, ofVersion: organization.version })
    void change.run({ [id]: on })
  }
  const ids = Object.keys(organization.features)
  if (ids.length === 0) return null
  return (
    <section aria-label="Features" className="grid gap-3 border-line border-t pt-5">
      <FieldGroup legend="Features" hint="Switched at once, for this organization alone.">
        {ids.map((id) => {
          const text = texts.find((one) => one.id === id)
          return (
            <Choice
              key={id}
              type="checkbox"
              label={text?.label ?? id}
              description={text && `When off: ${text.whenOff}`}
              checked={pending?.id === id ? pending.on : organization.features[id] === true}
              onChange={(event) => switchTo(id, event.target.checked)}
            />
          )
        })}
      </FieldGroup>
      <RefusalNotice error={change.error} />
    </section>
  )
}
