import type { Column, Words } from '@claviger/core'
import type { ApiKey, Catalog, KeyOrder } from '@claviger/sdk'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { paths } from '../../paths.ts'
import { scopesInShort } from '../../text/scopes.ts'
import { DAY_MS, dayOf, spanOf, timeAhead } from '../../text/times.ts'
import { listed } from '../../text/words.ts'
import { Badge } from '../../ui/badge.tsx'
import { ClockIcon } from '../../ui/icons.tsx'
import { Moment } from '../../ui/moment.tsx'
import { useNow } from '../../ui/use-now.ts'
import { StatusBadge } from '../status-badge.tsx'
import { type KeyUsage, UsageSpark } from './usage-spark.tsx'

/** How the columns that a product may ask for are filled. `name` and `action` have cells of their own. */

export interface ColumnProps {
  organization: string
  apiKey: ApiKey
  catalog: Catalog
  usage: KeyUsage | undefined
}

type ColumnName = keyof typeof CELLS

export const SORTED_BY: Readonly<Partial<Record<string, 'name' | 'createdAt' | 'lastUsedAt' | 'expiresAt'>>> = {
  name: 'name',
  createdAt: 'createdAt',
  lastUsed: 'lastUsedAt',
  expiresAt: 'expiresAt',
} satisfies Record<string, KeyOrder>

export function columnTitle(column: Column, words: Words): string {
  const titles: Readonly<Record<Column, string>> = {
    name: 'Name',
    prefix: 'Prefix',
    status: 'Status',
    environment: 'Environment',
    accessLevel: words.accessLevel,
    scopes: words.scopes,
    resources: words.resources,
    createdAt: 'Created',
    createdBy: 'Created by',
    lastUsed: words.lastUsed,
    lastUsedFrom: 'From',
    usage: '7 days',
    expiresAt: 'Expires',
    action: words.action,
  }
  return titles[column]
}

export const CELLS = {
  prefix: ({ apiKey }: ColumnProps) => <Prefix>{apiKey.prefix}</Prefix>,
  status: ({ apiKey }: ColumnProps) => <StatusBadge status={apiKey.status} />,
  environment: ({ apiKey, catalog }: ColumnProps) => (
    <>{catalog.environments.find(({ id }) => id === apiKey.environment)?.label ?? apiKey.environment ?? '–'}</>
  ),
  accessLevel: ({ apiKey, catalog }: ColumnProps) => <>{levelLabel(apiKey, catalog)}</>,
  scopes: ({ apiKey }: ColumnProps) => <span className="font-mono text-sm">{scopesInShort(apiKey.scopes)}</span>,
  resources: ({ apiKey, catalog }: ColumnProps) => <>{resourcesInShort(apiKey, catalog)}</>,
  createdAt: ({ apiKey }: ColumnProps) => <Moment at={apiKey.createdAt} />,
  createdBy: ({ apiKey }: ColumnProps) => <bdi>{apiKey.createdBy.name}</bdi>,
  lastUsed: ({ apiKey }: ColumnProps) =>
    apiKey.lastUsedAt === null ? <span className="text-dim">Never used</span> : <Moment at={apiKey.lastUsedAt} />,
  lastUsedFrom: ({ apiKey }: ColumnProps) =>
    apiKey.lastUsedIp === null ? <span className="text-dim">–</span> : <Address>{apiKey.lastUsedIp}</Address>,
  usage: ({ apiKey, usage }: ColumnProps) =>
    apiKey.lastUsedAt === null ? <span className="text-dim">–</span> : <UsageSpark usage={usage} />,
  expiresAt: ({ apiKey }: ColumnProps) => <Expiry expiresAt={apiKey.expiresAt} />,
} as const satisfies Record<string, (props: ColumnProps) => ReactNode>

export function isCell(column: string): column is ColumnName {
  return column in CELLS
}

/**
 * In a column, below the name, or `either`: of so many columns a laptop has no room for all, and there it stands below
 * the name.
 */
export function placeOfPrefix(columns: readonly Column[]): 'column' | 'name' | 'either' {
  if (!columns.includes('prefix')) return 'name'
  return columns.length > MOST_ON_A_LAPTOP ? 'either' : 'column'
}

const MOST_ON_A_LAPTOP = 9

export function levelLabel({ accessLevel }: Pick<ApiKey, 'accessLevel'>, { accessLevels }: Catalog): string {
  return accessLevels.find(({ id }) => id === accessLevel)?.label ?? 'Restricted'
}

/** Which instances a key reaches: `All sites`, `Lobby-1, lobby-2`, `12 sites`. */
export function resourcesInShort({ resources }: Pick<ApiKey, 'resources'>, { resourceKinds }: Catalog): string {
  const parts = resourceKinds.flatMap(({ id, pluralLabel }) => {
    const chosen = resources[id]
    if (!chosen) return []
    return [chosen.length > 3 ? `${chosen.length} ${pluralLabel.toLowerCase()}` : chosen.join(', ')]
  })
  if (parts.length > 0) return parts.join('; ')
  return resourceKinds.length === 0
    ? '–'
    : `All ${listed(resourceKinds.map(({ pluralLabel }) => pluralLabel.toLowerCase()))}`
}

export function Prefix({ children, className = '' }: { children: string; className?: string }) {
  return <code className={`whitespace-nowrap font-mono text-dim text-xs ${className}`}>{children}…</code>
}

/** A whole IPv6 address takes two lines: it would take the room of three columns. */
function Address({ children }: { children: string }) {
  const [, half = '', rest = children] = /^((?:[^:]*:){4})(.+)$/.exec(children) ?? []
  return (
    <span className="block max-w-[21ch] font-mono text-sm">
      {half}
      {half !== '' && <wbr />}
      {rest}
    </span>
  )
}

/** First in each row, and what leads to the details. */
export function NameCell({
  organization,
  apiKey,
  prefix,
}: Pick<ColumnProps, 'organization' | 'apiKey'> & { prefix: ReturnType<typeof placeOfPrefix> }) {
  return (
    <div className="grid gap-0.5">
      <Link
        {...paths.key(organization, apiKey.id)}
        dir="auto"
        className="w-fit min-w-6 wrap-anywhere rounded-sm font-medium hover:underline"
      >
        {apiKey.name}
      </Link>
      {prefix !== 'column' && <Prefix className={prefix === 'either' ? '2xl:hidden' : ''}>{apiKey.prefix}</Prefix>}
      {apiKey.previousSecret && <OverlapCountdown endsAt={apiKey.previousSecret.endsAt} />}
    </div>
  )
}

function OverlapCountdown({ endsAt }: { endsAt: string }) {
  const left = Date.parse(endsAt) - useNow('second')
  return (
    <span className="flex gap-1 text-balance text-sm text-warn">
      <ClockIcon className="mt-0.75 size-3.5" />
      {left > 0 ? `Old secret: ${spanOf(left)} left` : 'Old secret is over'}
    </span>
  )
}

const SOON_MS = 14 * DAY_MS

export function Expiry({ expiresAt }: { expiresAt: string | null }) {
  const now = useNow()
  if (expiresAt === null) return <span className="text-dim">Never</span>
  const left = Date.parse(expiresAt) - now
  if (left > SOON_MS) return <span className="whitespace-nowrap">{dayOf(expiresAt)}</span>
  return (
    <Badge tone={left > 0 ? 'warn' : 'plain'} icon={<ClockIcon className="size-3.5" />}>
      {left > 0 ? timeAhead(expiresAt, now) : <Moment at={expiresAt} />}
    </Badge>
  )
}
