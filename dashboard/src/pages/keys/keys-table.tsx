import type { Column } from '@claviger/core'
import type { ApiKey, KeyOrder } from '@claviger/sdk'
import { Head, Table } from '../../ui/table.tsx'
import { Tick } from '../../ui/tick.tsx'
import { useOrganization } from '../use-organization.ts'
import { columnTitle, isCell, SORTED_BY } from './key-columns.tsx'
import type { KeyDeed } from './key-deeds.ts'
import { KeyRow } from './key-row.tsx'

interface KeysTableProps {
  keys: readonly ApiKey[]
  stale: boolean
  sort: KeyOrder
  onSort: (sort: KeyOrder) => void
  chosen: ReadonlySet<string>
  /** The same function every time, as the next one: rows are drawn anew only where they differ. */
  onChoose: (keys: readonly ApiKey[], chosen: boolean) => void
  onDeed: (key: ApiKey, deed: KeyDeed) => void
}

export function KeysTable({ keys, stale, sort, onSort, chosen, onChoose, onDeed }: KeysTableProps) {
  const { screen, words } = useOrganization()
  const columns = screen.columns.filter(isCell)
  const open = keys.filter(({ status }) => status !== 'revoked')
  const all = open.length > 0 && open.every((key) => chosen.has(key.id))
  const head = (column: Column, text: string) => {
    const by = SORTED_BY[column]
    return by === undefined ? { children: text } : { children: text, ...sorting(by, sort, onSort) }
  }
  return (
    <Table
      label={words.keys}
      stale={stale}
      head={
        <>
          <Head className="w-9 pe-0 ps-3">
            <Tick
              label={`Select all ${words.keys}`}
              checked={all}
              disabled={open.length === 0}
              onChange={(checked) => onChoose(open, checked)}
            />
          </Head>
          <Head {...head('name', 'Name')} />
          {columns.map((column) => (
            <Head key={column} {...head(column, columnTitle(column, words))} />
          ))}
          <Head className="sticky inset-e-0 w-10 bg-surface text-end">{words.action}</Head>
        </>
      }
    >
      {keys.map((key) => (
        <KeyRow key={key.id} apiKey={key} isChosen={chosen.has(key.id)} onChoose={onChoose} onDeed={onDeed} />
      ))}
    </Table>
  )
}

type SortField = NonNullable<(typeof SORTED_BY)[string]>

function sorting(by: SortField, sort: KeyOrder, onSort: (sort: KeyOrder) => void) {
  const sorted = sort === by ? 'ascending' : sort === `-${by}` ? 'descending' : 'none'
  // What is new or was used last is what people look for first; names are read from A to Z.
  const first = by === 'name' || by === 'expiresAt' ? by : (`-${by}` as const)
  const other = first === by ? (`-${by}` as const) : by
  return { sorted, onSort: () => onSort(sort === first ? other : first) } as const
}
