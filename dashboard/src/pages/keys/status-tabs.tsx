import type { STATUSES } from '@claviger/core'
import type { KeyList } from '@claviger/sdk'
import { Link } from '@tanstack/react-router'
import { paths } from '../../paths.ts'
import { Count, Tab, Tabs, tabStyle } from '../../ui/tabs.tsx'
import { STATUS_LOOKS } from '../status-badge.tsx'
import { useOrganization } from '../use-organization.ts'
import type { KeysSearch } from './keys-search.ts'

interface StatusTabsProps {
  search: KeysSearch
  counts: KeyList['counts'] | undefined
}

/** The address of active keys is a part of every other's, which makes no tab but one the current one. */
const ONLY_ITSELF = { exact: true } as const

const TAB_ORDER = ['active', 'pending', 'disabled', 'expired', 'revoked'] as const satisfies (typeof STATUSES)[number][]

/** Statuses with how many keys there are of each; one without any is left out, unless it is where keys will end up. */
export function StatusTabs({ search, counts }: StatusTabsProps) {
  const { id, screen } = useOrganization()
  const { status = 'active', cursor: _, ...rest } = search
  const total = Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0)
  const shown = TAB_ORDER.filter(
    (each) =>
      each === 'active' ||
      each === status ||
      (counts?.[each] ?? 0) > 0 ||
      (each === 'revoked' && screen.menu.includes('revoke')),
  )
  return (
    <Tabs label="Status">
      {[...shown, 'all' as const].map((each) => (
        <Tab key={each}>
          <Link
            {...paths.keys(id)}
            search={each === 'active' ? rest : { ...rest, status: each }}
            activeOptions={ONLY_ITSELF}
            aria-current={each === status ? 'page' : undefined}
            className={tabStyle}
          >
            {each === 'all' ? 'All' : STATUS_LOOKS[each].label}
            {counts && <Count>{each === 'all' ? total : counts[each]}</Count>}
          </Link>
        </Tab>
      ))}
    </Tabs>
  )
}
