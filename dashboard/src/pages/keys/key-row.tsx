import type { ApiKey } from '@claviger/sdk'
import { memo } from 'react'
import { ActionCell, Cell, ChoiceCell, Row, RowHead } from '../../ui/table.tsx'
import { Tick } from '../../ui/tick.tsx'
import { useOrganization } from '../use-organization.ts'
import { CELLS, columnTitle, isCell, NameCell, placeOfPrefix } from './key-columns.tsx'
import type { KeyDeed } from './key-deeds.ts'
import { KeyMenu } from './key-menu.tsx'
import type { KeyUsage } from './usage-spark.tsx'

interface KeyCellsProps {
  apiKey: ApiKey
  usage: KeyUsage | undefined
  isChosen: boolean
  onChoose: (keys: readonly ApiKey[], chosen: boolean) => void
  onDeed: (key: ApiKey, deed: KeyDeed) => void
}

/** How a column's text is broken; of the others it is not. */
const BREAKS: Readonly<Partial<Record<string, string>>> = {
  scopes: 'max-w-56 wrap-anywhere',
  resources: 'max-w-56 wrap-anywhere',
  createdBy: 'max-w-56 wrap-anywhere',
  accessLevel: 'max-w-56',
  lastUsedFrom: '',
}

interface KeyRowProps extends KeyCellsProps {
  /** No longer listed; another key comes into its row in a moment. */
  hidden: boolean
}

/** One key of the list. What does not concern it leaves it as it is: a page has fifty of them. */
export const KeyRow = memo(function KeyRow({ hidden, ...rest }: KeyRowProps) {
  return (
    <Row hidden={hidden} className={rest.apiKey.status === 'revoked' ? 'text-dim' : ''}>
      <KeyCells {...rest} />
    </Row>
  )
})

/** By itself, so that a row is hidden, and shown again, without being drawn anew. */
const KeyCells = memo(function KeyCells({ apiKey, usage, isChosen, onChoose, onDeed }: KeyCellsProps) {
  const { id, catalog, screen, words } = useOrganization()
  const columns = screen.columns.filter(isCell)
  const prefix = placeOfPrefix(screen.columns)
  return (
    <>
      <ChoiceCell>
        <Tick
          label={`Select ${apiKey.name}`}
          checked={isChosen}
          disabled={apiKey.status === 'revoked'}
          onChange={(checked) => onChoose([apiKey], checked)}
        />
      </ChoiceCell>
      <RowHead className="min-w-40 max-w-64 max-sm:flex max-sm:min-h-8 max-sm:items-center">
        <NameCell organization={id} apiKey={apiKey} prefix={prefix} />
      </RowHead>
      {columns.map((column) => {
        const Content = CELLS[column]
        return (
          <Cell
            key={column}
            label={columnTitle(column, words)}
            className={`${BREAKS[column] ?? 'whitespace-nowrap'} ${column === 'prefix' && prefix === 'either' ? 'max-2xl:hidden' : ''}`}
          >
            <Content organization={id} apiKey={apiKey} catalog={catalog} usage={usage} />
          </Cell>
        )
      })}
      <ActionCell>
        <KeyMenu apiKey={apiKey} onDeed={(deed) => onDeed(apiKey, deed)} />
      </ActionCell>
    </>
  )
})
