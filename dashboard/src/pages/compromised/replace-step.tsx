import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { keyHistoryQuery } from '../../data/compromise-queries.ts'
import { formerKey } from '../../forms/former-key.ts'
import type { DraftedKey } from '../../forms/key-draft.ts'
import { paths } from '../../paths.ts'
import { inSentence } from '../../text/words.ts'
import { Button } from '../../ui/button.tsx'
import { Moment } from '../../ui/moment.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { ONLY_LOOK } from '../keys/key-menu.tsx'
import { QueryFailure } from '../query-failure.tsx'
import { useOrganization } from '../use-organization.ts'
import { ReplacementForm } from './replacement-form.tsx'
import { Step } from './step.tsx'
import type { StepProps } from './step-props.ts'

export function ReplaceStep({ compromise, apiKey }: StepProps) {
  const { id, words, may } = useOrganization()
  const [making, setMaking] = useState(false)
  const { stopped, replacement, key } = compromise
  const rotated = stopped?.how === 'rotated'
  const close = () => setMaking(false)
  return (
    <Step
      number={2}
      title="Replace it"
      about={`What uses this ${inSentence(words.key)} needs one that works: with the same rights, or fewer.`}
      done={
        replacement ? (
          <>
            <Link {...paths.key(id, replacement.id)} className="font-medium underline">
              {replacement.name}
            </Link>
            {` was created by ${replacement.by} `}
            <Moment at={replacement.at} />.
          </>
        ) : (
          rotated && 'Not needed: the key has a new secret already.'
        )
      }
    >
      {!making && !rotated && (
        <p>
          <Button
            look={replacement ? 'secondary' : 'primary'}
            blocked={may('keys:write') ? null : ONLY_LOOK}
            onClick={() => setMaking(true)}
          >
            {replacement ? 'Create another' : 'Create the replacement'}
          </Button>
        </p>
      )}
      {making &&
        (apiKey ? (
          <ReplacementForm replaces={key.id} former={withoutPast(apiKey)} onClose={close} />
        ) : (
          <OfDeletedKey replaces={key.id} onClose={close} />
        ))}
    </Step>
  )
}

/** What the key was, from the audit log. */
function OfDeletedKey({ replaces, onClose }: { replaces: string; onClose: () => void }) {
  const { id } = useOrganization()
  const { data, error, refetch } = useQuery(keyHistoryQuery(id, replaces))
  if (error) return <QueryFailure error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows label="Loading what the key was" />
  return <ReplacementForm replaces={replaces} former={withoutPast(formerKey(data))} onClose={onClose} />
}

/** An expiry that is over would only be refused. */
function withoutPast(key: DraftedKey): DraftedKey {
  const over = key.expiresAt !== null && Date.parse(key.expiresAt) <= Date.now()
  return over ? { ...key, expiresAt: null } : key
}
