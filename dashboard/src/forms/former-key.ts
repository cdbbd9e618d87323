import type { AuditEvent } from '@claviger/sdk'
import type { DraftedKey } from './key-draft.ts'

/** What the log tells of a key, as a form takes it. */
const BLANK: DraftedKey = {
  name: '',
  description: null,
  environment: null,
  accessLevel: 'restricted',
  scopes: [],
  resources: {},
  allowedIps: [],
  rateLimit: null,
  credits: null,
  metadata: {},
  tags: [],
  externalId: null,
  expiresAt: null,
}

/**
 * What a key was, told from how it was made and changed. Its credits are left out: what was left of them is not in the
 * log.
 * @param events the oldest first.
 */
export function formerKey(events: readonly Pick<AuditEvent, 'changes' | 'target'>[]): DraftedKey {
  const known: Record<string, unknown> = { ...BLANK }
  for (const { changes, target } of events) {
    for (const [field, change] of Object.entries(changes)) {
      if (field in BLANK && typeof change === 'object' && change !== null && 'after' in change)
        known[field] = change.after
    }
    known.name = target.name
  }
  const { expiresAt } = known
  return {
    ...(known as unknown as DraftedKey),
    expiresAt: typeof expiresAt === 'number' ? new Date(expiresAt).toISOString() : null,
    credits: null,
  }
}
