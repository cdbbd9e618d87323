import type { ErrorCode } from './errors.ts'
import type { LifecyclePolicy } from './product.ts'

/** A key's status is the first of these that holds. */
export const STATUSES = ['revoked', 'disabled', 'expired', 'pending', 'active'] as const
export type Status = (typeof STATUSES)[number]

/** What a status follows from. All times in milliseconds since 1970. */
export interface StatusFacts {
  readonly revokedAt: number | null
  readonly disabledAt: number | null
  readonly expiresAt: number | null
  /** Since when the key waits for approval. */
  readonly pendingSince: number | null
}

/** The status at `now`; a key is expired from the very millisecond of `expiresAt`. */
export function statusOf(key: StatusFacts, now: number): Status {
  if (key.revokedAt !== null) return 'revoked'
  if (key.disabledAt !== null) return 'disabled'
  if (key.expiresAt !== null && now >= key.expiresAt) return 'expired'
  if (key.pendingSince !== null) return 'pending'
  return 'active'
}

export const OPERATIONS = ['edit', 'rotate', 'disable', 'enable', 'approve', 'decline', 'revoke', 'delete'] as const
export type Operation = (typeof OPERATIONS)[number]

/** An ErrorCode is the refusal's; `nothing-to-do` means that the key already is as asked, which is a success. */
export type Judgement = 'allowed' | 'nothing-to-do' | ErrorCode

/** `by-policy`: allowed unless the product wants keys revoked before they are deleted. */
type Rule = Judgement | 'by-policy'

const RULES: Readonly<Record<Operation, Readonly<Record<Status, Rule>>>> = {
  edit: {
    revoked: 'KEY_REVOKED',
    disabled: 'allowed',
    expired: 'allowed',
    pending: 'allowed',
    active: 'allowed',
  },
  rotate: {
    revoked: 'KEY_REVOKED',
    disabled: 'allowed',
    expired: 'KEY_EXPIRED',
    pending: 'KEY_PENDING',
    active: 'allowed',
  },
  disable: {
    revoked: 'KEY_REVOKED',
    disabled: 'nothing-to-do',
    expired: 'KEY_EXPIRED',
    pending: 'KEY_PENDING',
    active: 'allowed',
  },
  enable: {
    revoked: 'KEY_REVOKED',
    disabled: 'allowed',
    expired: 'KEY_EXPIRED',
    pending: 'KEY_PENDING',
    active: 'nothing-to-do',
  },
  approve: {
    revoked: 'KEY_REVOKED',
    disabled: 'KEY_NOT_PENDING',
    expired: 'KEY_EXPIRED',
    pending: 'allowed',
    active: 'KEY_NOT_PENDING',
  },
  decline: {
    revoked: 'KEY_REVOKED',
    disabled: 'KEY_NOT_PENDING',
    expired: 'KEY_EXPIRED',
    pending: 'allowed',
    active: 'KEY_NOT_PENDING',
  },
  revoke: {
    revoked: 'nothing-to-do',
    disabled: 'allowed',
    expired: 'allowed',
    pending: 'allowed',
    active: 'allowed',
  },
  delete: {
    revoked: 'allowed',
    disabled: 'by-policy',
    expired: 'allowed',
    pending: 'by-policy',
    active: 'by-policy',
  },
}

/** Whether a key of this status takes the operation. Who may ask for it, and whether a plan has room, is judged elsewhere. */
export function judgeOperation(
  operation: Operation,
  status: Status,
  policy: Pick<LifecyclePolicy, 'deleteRequiresRevoke'>,
): Judgement {
  const rule = RULES[operation][status]
  if (rule !== 'by-policy') return rule
  return policy.deleteRequiresRevoke ? 'KEY_NOT_REVOKED' : 'allowed'
}
