import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { denialsQuery, keyCallersQuery } from '../../data/queries.ts'
import { metadataLines } from '../../forms/metadata-lines.ts'
import { denialSentence, verdictLabel } from '../../text/denials.ts'
import { creditsText, limitText } from '../../text/limits.ts'
import { Badge } from '../../ui/badge.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { CrossIcon } from '../../ui/icons.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Expiry, levelLabel, resourcesInShort } from '../keys/key-columns.tsx'
import { QueryFailure } from '../query-failure.tsx'
import { useOrganization } from '../use-organization.ts'
import { useKey } from './key-layout.tsx'
import { KeyScopes } from './key-scopes.tsx'

export function OverviewPage() {
  const { catalog, words } = useOrganization()
  const key = useKey()
  const environment = catalog.environments.find(({ id }) => id === key.environment)
  return (
    <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <section aria-label="Facts">
        <dl className="grid grid-cols-[minmax(7rem,auto)_1fr] gap-x-5 gap-y-2.5">
          {catalog.environments.length > 0 && <Fact name="Environment">{environment?.label ?? 'None'}</Fact>}
          <Fact name={words.accessLevel}>{levelLabel(key, catalog)}</Fact>
          {catalog.resourceKinds.length > 0 && <Fact name={words.resources}>{resourcesInShort(key, catalog)}</Fact>}
          <Fact name="Last used">{key.lastUsedAt === null ? 'Never used' : <Moment at={key.lastUsedAt} />}</Fact>
          <RecentAddresses />
          <Fact name="Created">
            <Moment at={key.createdAt} /> by {key.createdBy.name}
          </Fact>
          {key.rotatedAt && (
            <Fact name="Rotated">
              <Moment at={key.rotatedAt} />
            </Fact>
          )}
          {key.revokedAt && (
            <Fact name="Revoked">
              <Moment at={key.revokedAt} />
            </Fact>
          )}
          <Fact name="Expires">
            <Expiry expiresAt={key.expiresAt} />
          </Fact>
          <MoreFacts />
          <Fact name="Id">
            <span className="inline-flex items-center gap-1">
              <code className="break-all font-mono text-sm">{key.id}</code>
              <CopyButton text={key.id} label="Copy id" compact look="quiet" />
            </span>
          </Fact>
        </dl>
      </section>
      <div className="grid content-start gap-8">
        <KeyScopes apiKey={key} />
        <Denials />
      </div>
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-dim">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}

/** Of what few keys have, that which this one has. */
function MoreFacts() {
  const { allowedIps, rateLimit, credits, tags, metadata, externalId } = useKey()
  return (
    <>
      {allowedIps.length > 0 && (
        <Fact name="Only from">
          <Lines lines={allowedIps} />
        </Fact>
      )}
      {rateLimit && <Fact name="Rate limit">{limitText(rateLimit)}</Fact>}
      {credits && <Fact name="Credits">{creditsText(credits)}</Fact>}
      {tags.length > 0 && <Fact name="Tags">{tags.join(', ')}</Fact>}
      {Object.keys(metadata).length > 0 && (
        <Fact name="Metadata">
          <Lines lines={metadataLines(metadata).split('\n')} />
        </Fact>
      )}
      {externalId !== null && (
        <Fact name="External id">
          <code className="break-all font-mono text-sm">{externalId}</code>
        </Fact>
      )}
    </>
  )
}

function Lines({ lines }: { lines: readonly string[] }) {
  return (
    <ul className="grid gap-0.5">
      {lines.map((line) => (
        <li key={line} className="break-words font-mono text-sm">
          {line}
        </li>
      ))}
    </ul>
  )
}

function RecentAddresses() {
  const { id } = useOrganization()
  const key = useKey()
  const { data } = useQuery(keyCallersQuery(id, key.id))
  if (key.lastUsedAt === null) return null
  if (data?.recentIps.length === 0) return <Fact name="From">Unknown: no request said where it came from</Fact>
  return (
    <Fact name="From">
      {data ? (
        <ul className="grid gap-0.5">
          {data.recentIps.map(({ ip, lastSeenAt }) => (
            <li key={ip}>
              <span className="font-mono text-sm">{ip}</span> <Moment at={lastSeenAt} className="text-dim text-sm" />
            </li>
          ))}
        </ul>
      ) : (
        <Skeleton />
      )}
    </Fact>
  )
}

/** Refused requests, each with why; the request id is what support is told. */
function Denials() {
  const { id, organization } = useOrganization()
  const key = useKey()
  const { data, error, refetch } = useQuery(denialsQuery(id, key.id))
  if (error) return <QueryFailure error={error} onRetry={() => void refetch()} />
  if (!data || data.items.length === 0) return null
  return (
    <section className="grid gap-2" aria-label="Refused requests">
      <h2 className="font-semibold">Refused requests</h2>
      <ul className="grid divide-y divide-line rounded-lg border border-line bg-surface">
        {data.items.slice(0, 8).map((denied) => (
          <li key={denied.requestId} className="grid gap-0.5 px-3.5 py-2.5">
            <div className="flex flex-wrap items-center gap-2">
              <Badge tone="danger" icon={<CrossIcon className="size-3.5" />}>
                {verdictLabel(denied.code)}
              </Badge>
              <Moment at={denied.at} className="text-sm" />
              {denied.ip && <span className="font-mono text-dim text-sm">{denied.ip}</span>}
              <span className="ml-auto">
                <CopyButton
                  text={`Organization: ${organization.name}\nKey: ${key.name}\nRequest id: ${denied.requestId}`}
                  label={`Copy details for support: ${denied.requestId}`}
                  compact
                  look="quiet"
                />
              </span>
            </div>
            <p className="text-dim text-sm">{denialSentence(denied.code)}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
