import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode, RefObject } from 'react'
import { keysQuery } from '../../data/queries.ts'
import { paths } from '../../paths.ts'
import { counted } from '../../text/counts.ts'
import { Button, buttonStyle } from '../../ui/button.tsx'
import { PlusIcon } from '../../ui/icons.tsx'
import { useShortcut } from '../../ui/use-shortcut.ts'
import { useOrganization } from '../use-organization.ts'

interface KeysHeaderProps {
  children?: ReactNode
  heading?: RefObject<HTMLHeadingElement | null>
}

export function KeysHeader({ children, heading }: KeysHeaderProps) {
  const { words } = useOrganization()
  return (
    <header className="flex flex-wrap items-center justify-between gap-3">
      <h1 ref={heading} tabIndex={-1} className="rounded-sm font-semibold text-xl">
        {words.keys}
      </h1>
      <div className="flex items-center gap-3">{children}</div>
    </header>
  )
}

/** How many of the plan's keys there are: neither revoked nor past expiry. */
function useHeadroom() {
  const { id, catalog } = useOrganization()
  const { data } = useQuery(keysQuery(id, { limit: 1 }))
  const { maxKeys, label } = catalog.plan
  const used = data && data.counts.active + data.counts.disabled + data.counts.pending
  return { maxKeys, used, label, isFull: maxKeys !== null && used !== undefined && used >= maxKeys }
}

export function Headroom() {
  const { maxKeys, used } = useHeadroom()
  if (maxKeys === null || used === undefined) return null
  return <p className="text-dim">{`${used.toLocaleString('en')} of ${counted(maxKeys, 'key', 'keys')}`}</p>
}

const MAKES_NONE = 'Your role lets you look, and not make keys.'

/** @returns why no key can be made now, or null. */
export function useWhyNotCreate(): string | null {
  const { organization, may } = useOrganization()
  const { isFull, label, maxKeys } = useHeadroom()
  if (!may('keys:write')) return MAKES_NONE
  if (organization.suspendedAt !== null) return 'The organization is suspended.'
  if (!isFull) return null
  return `The ${label} plan holds ${counted(maxKeys ?? 0, 'key', 'keys')}. Revoke one that is not needed, or change the plan.`
}

export function CreateLink() {
  const { id, words } = useOrganization()
  const navigate = useNavigate()
  const blocked = useWhyNotCreate()
  useShortcut('c', () => {
    if (blocked === null) void navigate(paths.newKey(id))
  })
  if (blocked !== null) {
    return (
      <Button look="primary" blocked={blocked}>
        <PlusIcon />
        {words.create}
      </Button>
    )
  }
  return (
    <Link {...paths.newKey(id)} className={buttonStyle({ look: 'primary' })}>
      <PlusIcon />
      {words.create}
    </Link>
  )
}
