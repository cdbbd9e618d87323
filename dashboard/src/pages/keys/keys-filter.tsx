import { dayOf } from '../../text/times.ts'
import { Button } from '../../ui/button.tsx'
import { CrossIcon } from '../../ui/icons.tsx'
import { Select } from '../../ui/select.tsx'
import { useOrganization } from '../use-organization.ts'
import type { KeyFilters, KeysSearch } from './keys-search.ts'
import { SearchBox } from './search-box.tsx'

interface FilterBarProps {
  search: KeysSearch
  onSearch: (change: KeyFilters) => void
}

export function FilterBar({ search, onSearch }: FilterBarProps) {
  const { catalog, words } = useOrganization()
  return (
    <search className="contents">
      <SearchBox q={search.q ?? ''} onSearch={(q) => onSearch({ q: q === '' ? undefined : q })} />
      {catalog.environments.length > 0 && (
        <Select
          aria-label="Environment"
          value={search.environment ?? ''}
          onChoose={(environment) => onSearch({ environment: environment === '' ? undefined : environment })}
          options={[
            { value: '', label: 'All environments' },
            ...catalog.environments.map(({ id, label }) => ({ value: id, label })),
          ]}
        />
      )}
      {catalog.scopes.length > 0 && (
        <Select
          aria-label={words.scopes}
          value={search.scope ?? ''}
          onChoose={(scope) => onSearch({ scope: scope === '' ? undefined : scope })}
          options={[
            // One product's word is a plural, another's is not.
            { value: '', label: `${words.scopes}: all` },
            ...catalog.scopes.map(({ id }) => ({ value: id, label: id })),
          ]}
        />
      )}
      {search.expiresBefore !== undefined && (
        <Chip
          onDrop={() => onSearch({ expiresBefore: undefined })}
        >{`Expires before ${dayOf(search.expiresBefore)}`}</Chip>
      )}
      {search.unusedSince !== undefined && (
        <Chip onDrop={() => onSearch({ unusedSince: undefined })}>{`Not used since ${dayOf(search.unusedSince)}`}</Chip>
      )}
    </search>
  )
}

/** A filter that somebody was led here with; it can only be taken away. */
function Chip({ children, onDrop }: { children: string; onDrop: () => void }) {
  return (
    <Button aria-label={`${children}: show all again`} onClick={onDrop}>
      {children}
      <CrossIcon />
    </Button>
  )
}
