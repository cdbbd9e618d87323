import type { ApiKey, KeyScopes as ScopeUses } from '@claviger/sdk'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { keyScopesQuery } from '../../data/queries.ts'
import { allowsScopes } from '../../forms/key-draft.ts'
import { grantedScopes } from '../../text/scopes.ts'
import { utcDayOf } from '../../text/times.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { ClockIcon } from '../../ui/icons.tsx'
import { whyNot } from '../keys/key-menu.tsx'
import { QueryFailure } from '../query-failure.tsx'
import { useOrganization } from '../use-organization.ts'
import { DropScopesDialog, type ScopesToDrop } from './drop-scopes-dialog.tsx'

/** What the key may do, and which of it nobody has needed for long. */
export function KeyScopes({ apiKey }: { apiKey: ApiKey }) {
  const { id, catalog, words, may } = useOrganization()
  const { data, error, refetch } = useQuery(keyScopesQuery(id, apiKey.id))
  // What is dropped is what was seen when it was asked for, whatever changes meanwhile.
  const [dropping, setDropping] = useState<ScopesToDrop | null>(null)
  const unused = data?.items.flatMap(({ scope, unused }) => (unused && apiKey.scopes.includes(scope) ? [scope] : []))
  const rest = apiKey.scopes.filter((scope) => !unused?.includes(scope))
  const mayDrop = may('keys:write') && allowsScopes(catalog) && whyNot('edit', apiKey, catalog) === null
  return (
    <section className="grid gap-2" aria-label={words.scopes}>
      <h2 className="font-semibold">{words.scopes}</h2>
      <ul className="flex flex-wrap gap-1.5">
        {apiKey.scopes.map((scope) => (
          <li key={scope} className="inline-flex flex-wrap items-center gap-1.5">
            <code className="rounded-md bg-sunken px-1.5 py-0.5 font-mono text-sm">{scope}</code>
            {unused?.includes(scope) && (
              <Badge tone="warn" icon={<ClockIcon className="size-3.5" />}>
                {`Not used for ${data?.unusedAfterDays} days`}
              </Badge>
            )}
          </li>
        ))}
      </ul>
      <ul className="list-disc pl-5 text-dim">
        {grantedScopes(apiKey.scopes, catalog).map(({ id, description }) => (
          <li key={id}>{description}</li>
        ))}
      </ul>
      {data && <p className="text-dim text-sm">{howFarKnown(data)}</p>}
      {error && <QueryFailure error={error} onRetry={() => void refetch()} />}
      {unused && unused.length > 0 && rest.length > 0 && mayDrop && (
        <p>
          <Button onClick={() => setDropping({ drop: unused, rest, version: apiKey.version })}>
            {unused.length === 1 ? 'Drop the unused one…' : `Drop the ${unused.length} unused ones…`}
          </Button>
        </p>
      )}
      {dropping && <DropScopesDialog apiKey={apiKey} {...dropping} onClose={() => setDropping(null)} />}
    </section>
  )
}

/** What the absence of a mark is worth. */
function howFarKnown({ since, lastNamedOn, unusedAfterDays }: ScopeUses): string {
  return lastNamedOn === null
    ? 'Which of them are used is not known: no request has named what it needs.'
    : `Marked after ${unusedAfterDays} days without use. Watched since ${utcDayOf(since)} by requests that name what they need, last on ${utcDayOf(lastNamedOn)} (UTC).`
}
