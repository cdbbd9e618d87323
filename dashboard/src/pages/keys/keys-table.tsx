import type { Column } from '@claviger/core'
import type { ApiKey, KeyOrder } from '@claviger/sdk'
import { ActionCell, Cell, ChoiceCell, Head, Row, RowHead, Table } from '../../ui/table.tsx'
import { useOrganization } from '../use-organization.ts'
import { CELLS, isCell, NameCell, SORTED_BY } from './key-columns.tsx'
import type { KeyDeed } from './key-deeds.ts'
import { KeyMenu } from './key-menu.tsx'

interface KeysTableProps {
  keys: readonly ApiKey[]
  stale: boolean
  sort: KeyOrder
  onSort: (sort: KeyOrder) => void
  chosen: ReadonlySet<string>
  onChoose: (ids: readonly string[], chosen: boolean) => void
  onDeed: (key: ApiKey, deed: KeyDeed) => void
}

export function KeysTable({ keys, stale, sort, onSort, chosen, onChoose, onDeed }: KeysTableProps) {
  const { id, catalog, screen, words } = useOrganization()
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
          <Head className="w-9 pr-0 pl-3">
            <Tick
              label={`Select all ${words.keys}`}
              checked={all}
              disabled={open.length === 0}
              onChange={(checked) =>
                onChoose(
                  open.map((key) => key.id),
                  checked,
                )
              }
            />
          </Head>
          <Head {...head('name', 'Name')} />
          {columns.map((column) => (
            <Head key={column} {...head(column, columnTitle(column, words))} />
          ))}
          <Head className="sticky right-0 w-10 bg-surface text-right">
            <span className="sr-only">Actions</span>
          </Head>
        </>
      }
    >
      {keys.map((key) => (
        <Row key={key.id} className={key.status === 'revoked' ? 'text-dim' : ''}>
          <ChoiceCell>
            <Tick
              label={`Select ${key.name}`}
              checked={chosen.has(key.id)}
              disabled={key.status === 'revoked'}
              onChange={(checked) => onChoose([key.id], checked)}
            />
          </ChoiceCell>
          <RowHead className="min-w-36 max-w-64 max-sm:flex max-sm:min-h-8 max-sm:items-center">
            <NameCell organization={id} apiKey={key} catalog={catalog} withPrefix={!columns.includes('prefix')} />
          </RowHead>
          {columns.map((column) => {
            const Content = CELLS[column]
            return (
              <Cell
                key={column}
                label={columnTitle(column, words)}
                className={WIDE.has(column) ? 'max-w-56 break-words' : 'whitespace-nowrap'}
              >
                <Content organization={id} apiKey={key} catalog={catalog} />
              </Cell>
            )
          })}
          <ActionCell>
            <KeyMenu apiKey={key} onDeed={(deed) => onDeed(key, deed)} />
          </ActionCell>
        </Row>
      ))}
    </Table>
  )
}

const WIDE: ReadonlySet<string> = new Set(['scopes', 'resources', 'createdBy'])

function columnTitle(column: Column, words: { accessLevel: string; scopes: string; resources: string }): string {
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
    lastUsed: 'Last used',
    lastUsedFrom: 'From',
    usage: '7 days',
    expiresAt: 'Expires',
    action: 'Actions',
  }
  return titles[column]
}

type SortField = NonNullable<(typeof SORTED_BY)[string]>

function sorting(by: SortField, sort: KeyOrder, onSort: (sort: KeyOrder) => void) {
  const sorted = sort === by ? 'ascending' : sort === `-${by}` ? 'descending' : 'none'
  // What is new or was used last is what people look for first; names are read from A to Z.
  const first = by === 'name' || by === 'expiresAt' ? by : (`-${by}` as const)
  const other = first === by ? (`-${by}` as const) : by
  return { sorted, onSort: () => onSort(sort === first ? other : first) } as const
}

interface TickProps {
  label: string
  checked: boolean
  disabled: boolean
  onChange: (checked: boolean) => void
}

function Tick({ label, checked, disabled, onChange }: TickProps) {
  return (
    <label className="-m-1 inline-grid size-6 place-items-center align-top">
      <span className="sr-only">{label}</span>
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
        className="size-4 accent-accent-ink"
      />
    </label>
  )
}
