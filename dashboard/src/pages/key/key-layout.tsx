import { type ApiKey, ClavigerError } from '@claviger/sdk'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, Outlet, useNavigate, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { keyQuery } from '../../data/queries.ts'
import { paths } from '../../paths.ts'
import { Button } from '../../ui/button.tsx'
import { ChevronLeftIcon } from '../../ui/icons.tsx'
import { Tab, Tabs, tabStyle } from '../../ui/tabs.tsx'
import { LeakLink } from '../compromised/leak-link.tsx'
import { Prefix } from '../keys/key-columns.tsx'
import type { KeyDeed } from '../keys/key-deeds.ts'
import { KeyMenu, ONLY_LOOK, whyNot } from '../keys/key-menu.tsx'
import { StatusBadge } from '../status-badge.tsx'
import { useOrganization } from '../use-organization.ts'
import { Approval } from './approval.tsx'
import { Overlap } from './overlap.tsx'

const KeyDialog = lazy(() => import('../key-dialogs/key-dialog.tsx').then(({ KeyDialog }) => ({ default: KeyDialog })))

export function useKey(): ApiKey {
  const { organization, key } = useParams({ from: '/$organization/keys/$key' })
  const { data, error } = useSuspenseQuery(keyQuery(organization, key))
  // Once it is deleted, what was read of it before is nothing to go on showing.
  if (error instanceof ClavigerError && error.status === 404) throw error
  return data
}

export function KeyLayout() {
  const { id, words, screen, catalog, may } = useOrganization()
  const key = useKey()
  const navigate = useNavigate()
  const [deed, setDeed] = useState<KeyDeed | null>(null)
  const tabs = [
    { label: 'Overview', ...paths.key(id, key.id) },
    { label: 'Usage', ...paths.keyUsage(id, key.id) },
    { label: 'Callers', ...paths.keyCallers(id, key.id) },
    { label: 'Audit log', ...paths.keyAudit(id, key.id) },
  ] as const
  return (
    <>
      <header className="grid gap-2">
        <Link
          {...paths.keys(id)}
          className="-ml-1 inline-flex min-h-6 w-fit items-center gap-0.5 text-dim hover:text-ink"
        >
          <ChevronLeftIcon />
          {words.keys}
        </Link>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <h1 dir="auto" className="min-w-0 wrap-anywhere font-semibold text-xl">
            {key.name}
          </h1>
          <StatusBadge status={key.status} />
          <Prefix>{key.prefix}</Prefix>
          <div className="ml-auto flex items-center gap-2">
            {screen.menu.includes('edit') && (
              <Button
                blocked={may('keys:write') ? whyNot('edit', key, catalog) : ONLY_LOOK}
                onClick={() => void navigate(paths.editKey(id, key.id))}
              >
                {words.edit}
              </Button>
            )}
            {screen.menu.includes('rotate') && (
              <Button
                blocked={may('keys:write') ? whyNot('rotate', key, catalog) : ONLY_LOOK}
                onClick={() => setDeed('rotate')}
              >
                {`${words.rotate}…`}
              </Button>
            )}
            <KeyMenu apiKey={key} onDeed={setDeed} without={['details', 'edit', 'rotate']} />
          </div>
        </div>
        {key.description && (
          <p dir="auto" className="max-w-prose whitespace-pre-line wrap-anywhere text-dim">
            {key.description}
          </p>
        )}
      </header>
      <LeakLink keyId={key.id} />
      <Approval apiKey={key} />
      <Overlap apiKey={key} />
      <Tabs label={`About ${key.name}`}>
        {tabs.map(({ label, ...link }) => (
          <Tab key={label}>
            <Link {...link} activeOptions={{ exact: true }} className={tabStyle}>
              {label}
            </Link>
          </Tab>
        ))}
      </Tabs>
      <Outlet />
      <Suspense fallback={null}>
        {deed && (
          <KeyDialog
            apiKey={key}
            deed={deed}
            onClose={() => setDeed(null)}
            onDeleted={() => navigate({ ...paths.keys(id), replace: true })}
          />
        )}
      </Suspense>
    </>
  )
}
