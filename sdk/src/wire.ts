import type { Receipt, VerifiedKey } from '@claviger/core'

/** Requests and answers that the routes have and core's wire types do not name. */

export interface CreateOrganizationRequest {
  /** 1–100 characters. */
  name: string
  /** The operator's own id for it. */
  externalId?: string | null
  /** Of the product file; by default its first. */
  plan?: string
}

export interface RotateKeyRequest {
  /** How long the old secret still works, 0 to 604,800; by default 0. */
  graceSeconds?: number
}

export interface RevokeKeyRequest {
  reason?: 'compromised' | 'superseded' | 'unused' | 'member-departed' | 'other'
  /** Up to 1,000 characters. */
  note?: string
}

export interface DeleteKeyRequest {
  /** Deletes also a key that was accepted within the last day, where active keys can be deleted at all. */
  confirm?: 'in-use'
}

export interface KeyDeleted {
  receipt: Receipt
}

/** What a key's holder may know of it. */
export type SelfAnswer = Omit<VerifiedKey, 'metadata'> & { prefix: string }

export interface HealthAnswer {
  status: 'ok'
}
