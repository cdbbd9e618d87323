import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { compromiseQuery, keyIfLeftQuery } from '../../data/compromise-queries.ts'
import { paths } from '../../paths.ts'
import { inSentence } from '../../text/words.ts'
import { ChevronLeftIcon } from '../../ui/icons.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Prefix } from '../keys/key-columns.tsx'
import { QueryFailure } from '../query-failure.tsx'
import { useOrganization } from '../use-organization.ts'
import { NotifyStep } from './notify-step.tsx'
import { ReplaceStep } from './replace-step.tsx'
import { ReviewStep } from './review-step.tsx'
import { StopStep } from './stop-step.tsx'
import { UpdateStep } from './update-step.tsx'

const route = getRouteApi('/$organization/keys/$key/compromised')

/** A secret in wrong hands: what to do, in order, and what of it is done. All of that is read from the server. */
export function CompromisedPage() {
  const { id, words } = useOrganization()
  const { key: keyId } = route.useParams()
  const compromise = useQuery(compromiseQuery(id, keyId))
  const key = useQuery(keyIfLeftQuery(id, keyId))
  const failed = [compromise, key].find(({ error }) => error !== null)
  if (failed?.error) return <QueryFailure error={failed.error} onRetry={() => void failed.refetch()} />
  if (!compromise.data || key.data === undefined) return <SkeletonRows label="Loading what is known" />
  const { name, prefix } = compromise.data.key
  const parts = { compromise: compromise.data, apiKey: key.data }
  return (
    <>
      <header className="grid gap-2">
        <Link
          {...(key.data ? paths.key(id, keyId) : paths.keys(id))}
          className="-ml-1 inline-flex min-h-6 w-fit items-center gap-0.5 text-dim hover:text-ink"
        >
          <ChevronLeftIcon />
          {key.data ? name : words.keys}
        </Link>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <h1 className="min-w-0 break-words font-semibold text-xl">{`Compromised: ${name}`}</h1>
          <Prefix>{prefix}</Prefix>
        </div>
        <p className="max-w-prose text-dim">
          {`What to do when the secret of this ${inSentence(words.key)} has come into wrong hands. You can leave and come back: what is done stays done, for everybody.`}
        </p>
      </header>
      <ol className="grid grid-cols-[minmax(0,1fr)] gap-7">
        <StopStep {...parts} />
        <ReplaceStep {...parts} />
        <UpdateStep {...parts} />
        <ReviewStep {...parts} />
        <NotifyStep {...parts} />
      </ol>
    </>
  )
}
