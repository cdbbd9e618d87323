import type { Column } from '@claviger/core'
import type { ApiKey, KeyOrder } from '@claviger/sdk'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { usageByKeyQuery } from '../../data/queries.ts'
import { Head, RowsToCome, Table } from '../../ui/table.tsx'
import { Tick } from '../../ui/tick.tsx'
import { useOrganization } from '../use-organization.ts'
import { columnTitle, isCell, placeOfPrefix, SORTED_BY } from './key-columns.tsx'
import type { KeyDeed } from './key-deeds.ts'
import { KeyRow } from './key-row.tsx'
import type { KeyUsage } from './usage-spark.tsx'
import { useRows } from './use-rows.ts'

/** A prefix below the name makes a second line. */
const ROWS = { column: 'low', name: 'high', either: 'either' } as const

interface KeysTableProps {
  keys: readonly ApiKey[]
  /** What was asked for: the same object as long as it is the same list, read anew or not. */
  list: unknown
  stale: boolean
  sort: KeyOrder
  onSort: (sort: KeyOrder) => void
  /** Told of what will be sorted by, if whoever points there presses. */
  onPoint: (sort: KeyOrder) => void
  chosen: ReadonlySet<string>
  /** The same function every time, as the next one: rows are drawn anew only where they differ. */
  onChoose: (keys: readonly ApiKey[], chosen: boolean) => void
  onDeed: (key: ApiKey, deed: KeyDeed) => void
}

export function KeysTable({ keys, list, stale, sort, onSort, onPoint, chosen, onChoose, onDeed }: KeysTableProps) {
  const { id, screen, words } = useOrganization()
  const rows = useRows(keys, list)
  const usages = useUsages(id, keys, screen.columns.includes('usage'))
  const columns = screen.columns.filter(isCell)
  const prefix = placeOfPrefix(screen.columns)
  const open = keys.filter(({ status }) => status !== 'revoked')
  const all = open.length > 0 && open.every((key) => chosen.has(key.id))
  const head = (column: Column, text: string) => {
    const by = SORTED_BY[column]
    return by === undefined ? { children: text } : { children: text, ...sorting(by, sort, onSort, onPoint) }
  }
  return (
    <Table
      label={words.keys}
      stale={stale}
      head={
        <>
          <Head className="w-9 pe-1 ps-3">
            <Tick
              label={`Select all ${words.keys}`}
              checked={all}
              disabled={open.length === 0}
              onChange={(checked) => onChoose(open, checked)}
            />
          </Head>
          <Head {...head('name', 'Name')} />
          {columns.map((column) => (
            <Head
              key={column}
              className={column === 'prefix' && prefix === 'either' ? 'max-2xl:hidden' : ''}
              {...head(column, columnTitle(column, words))}
            />
          ))}
          <Head className="sticky inset-e-0 w-10 bg-surface text-end">
            <span className={prefix === 'either' ? 'max-2xl:sr-only' : ''}>{words.action}</span>
          </Head>
        </>
      }
    >
      {rows.map(({ slot, item: key, isSpent }) => (
        <KeyRow
          key={slot}
          hidden={isSpent}
          apiKey={key}
          usage={usages.get(key.id)}
          isChosen={chosen.has(key.id)}
          onChoose={onChoose}
          onDeed={onDeed}
        />
      ))}
      <RowsToCome number={keys.length - rows.filter(({ isSpent }) => !isSpent).length} rows={ROWS[prefix]} />
    </Table>
  )
}

/** Asked for together; of keys that were never used there is nothing to ask. */
function useUsages(organization: string, keys: readonly ApiKey[], wanted: boolean): ReadonlyMap<string, KeyUsage> {
  const used = keys
    .filter(({ lastUsedAt }) => lastUsedAt !== null)
    .map(({ id }) => id)
    .sort()
  const { data } = useQuery({ ...usageByKeyQuery(organization, used), enabled: wanted && used.length > 0 })
  return useMemo(() => new Map(data?.items.map((usage) => [usage.keyId, usage])), [data])
}

type SortField = NonNullable<(typeof SORTED_BY)[string]>

function sorting(by: SortField, sort: KeyOrder, onSort: (sort: KeyOrder) => void, onPoint: (sort: KeyOrder) => void) {
  const sorted = sort === by ? 'ascending' : sort === `-${by}` ? 'descending' : 'none'
  // What is new or was used last is what people look for first; names are read from A to Z.
  const first = by === 'name' || by === 'expiresAt' ? by : (`-${by}` as const)
  const other = first === by ? (`-${by}` as const) : by
  const next = sort === first ? other : first
  return { sorted, onSort: () => onSort(next), onPoint: () => onPoint(next) } as const
}
