import type { AuditEvent } from '@claviger/sdk'
import { localTime } from './times.ts'

const SAID_OTHERWISE: Readonly<Record<string, string>> = {
  'database.rollback': 'Database rolled back',
  'key.notify': 'Tell the team about key',
  'key.owner': 'Change key owner',
  'member.role': 'Change member role',
  'person.operator': 'Change operator',
  'person.password.change': 'Change password',
  'person.provider.add': 'Add provider',
  'person.sign-in': 'Sign in',
  'person.two-factor.begin': 'Begin second step',
  'person.two-factor.disable': 'Turn off second step',
  'person.two-factor.enable': 'Turn on second step',
}

/** `key.revoke` is `Revoke key` and `key.rotation.cancel` `Cancel key rotation`, whether it was done or refused. */
export function actionLabel(action: string): string {
  const parts = action.split('.')
  const words = SAID_OTHERWISE[action] ?? [...parts.slice(-1), ...parts.slice(0, -1)].join(' ')
  return (words.charAt(0).toUpperCase() + words.slice(1)).replaceAll('-', ' ')
}

/** What a log can be about, by the noun of its actions. */
export const ACTIVITY_KINDS = [
  { id: 'key', label: 'Keys' },
  { id: 'member', label: 'Members' },
  { id: 'invitation', label: 'Invitations' },
  { id: 'organization', label: 'Organization' },
  { id: 'service-key', label: 'Service keys' },
] as const

export interface ChangedField {
  field: string
  before: string | null
  after: string | null
}

/** What an event changed, field by field; of one that was refused, the code. */
export function changedFields({ changes }: Pick<AuditEvent, 'changes'>): ChangedField[] {
  const fields = Object.entries(changes).map(([field, change]) =>
    isPair(change)
      ? { field, before: shown(change.before, field), after: shown(change.after, field) }
      : { field, before: null, after: shown(change, field) },
  )
  // What was nothing and is nothing tells nobody anything.
  return fields.filter(({ before, after }) => before !== null || after !== null)
}

function isPair(change: unknown): change is { before?: unknown; after?: unknown } {
  return typeof change === 'object' && change !== null && ('before' in change || 'after' in change)
}

/** A name like `expiresAt` tells that a number is a moment, kept as milliseconds since 1970. */
const IS_MOMENT = /[a-z]At$/

function shown(value: unknown, field: string): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'number' && IS_MOMENT.test(field)) return localTime(new Date(value).toISOString())
  if (Array.isArray(value)) return value.length === 0 ? null : value.join(', ')
  if (typeof value !== 'object') return String(value)
  const members = Object.entries(value)
  return members.length === 0
    ? null
    : members.map(([name, member]) => `${name}: ${shown(member, name) ?? 'none'}`).join('; ')
}
