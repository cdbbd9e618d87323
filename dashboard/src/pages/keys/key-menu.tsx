import { judgeOperation, type MenuAction, type Operation } from '@claviger/core'
import type { ApiKey, Catalog } from '@claviger/sdk'
import { useNavigate } from '@tanstack/react-router'
import { paths } from '../../paths.ts'
import { MoreIcon } from '../../ui/icons.tsx'
import { Menu } from '../../ui/menu.tsx'
import type { MenuEntry } from '../../ui/menu-entry.ts'
import { useOrganization } from '../use-organization.ts'
import type { KeyDeed } from './key-deeds.ts'

interface KeyMenuProps {
  apiKey: ApiKey
  onDeed: (deed: KeyDeed) => void
  /** What stands beside the menu already. */
  without?: readonly MenuAction[]
}

/** What can be done with one key: the entries and their words are the product's. */
export function KeyMenu({ apiKey, onDeed, without = [] }: KeyMenuProps) {
  const { id, catalog, screen, words, may } = useOrganization()
  const navigate = useNavigate()
  const leave: Partial<Record<MenuAction, () => void>> = {
    details: () => void navigate(paths.key(id, apiKey.id)),
    edit: () => void navigate(paths.editKey(id, apiKey.id)),
  }
  const entries = screen.menu
    .filter((action) => !without.includes(action) && isOffered(action, apiKey))
    .map(
      (action): MenuEntry => ({
        label: words[action],
        danger: action === 'revoke' || action === 'delete',
        blocked: action === 'details' ? null : may('keys:write') ? whyNot(action, apiKey, catalog) : ONLY_LOOK,
        onChoose: leave[action] ?? (() => onDeed(action as KeyDeed)),
      }),
    )
  const firstDanger = entries.findIndex(({ danger }) => danger)
  const grouped = entries.map((entry, at) => (at === firstDanger && at > 0 ? { ...entry, apart: true } : entry))
  return (
    <Menu subject={apiKey.id} label={`Actions for ${apiKey.name}`} size="icon" entries={grouped}>
      <MoreIcon />
    </Menu>
  )
}

/** Of two that undo each other, the one that makes sense now. */
function isOffered(action: MenuAction, { status }: ApiKey): boolean {
  if (action === 'enable') return status === 'disabled'
  if (action === 'disable') return status !== 'disabled'
  return true
}

export const ONLY_LOOK = 'Your role lets you look, and change nothing.'

const REASONS: Readonly<Record<string, string>> = {
  KEY_REVOKED: 'It is revoked, which is final.',
  KEY_EXPIRED: 'It has expired.',
  KEY_PENDING: 'It still waits for approval.',
  KEY_NOT_REVOKED: 'It must be revoked first.',
}

/** @returns why the key does not take this now, or null where it does. */
export function whyNot(
  operation: Operation,
  { status }: Pick<ApiKey, 'status'>,
  { lifecycle }: Catalog,
): string | null {
  const judgement = judgeOperation(operation, status, lifecycle)
  if (judgement === 'allowed') return null
  if (judgement === 'nothing-to-do') return operation === 'revoke' ? 'It is revoked already.' : 'It is so already.'
  return REASONS[judgement] ?? 'Its state does not allow it.'
}
