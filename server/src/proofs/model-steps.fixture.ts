import type { CreateKeyRequest } from '@claviger/core'

/** What happens, as plain data: it prints as it is, and fast-check shortens it by leaving steps out. */

/** As in a request, but for the expiry, which counts from the moment of the request. */
export type KeyFields = Omit<CreateKeyRequest, 'expiresAt' | 'replaces'> & { expiresInMs?: number | null }

export interface KeyPatch {
  name?: string
  description?: string | null
  accessLevel?: string
  scopes?: string[]
  resources?: Record<string, string[] | null> | null
  allowedIps?: string[] | null
  rateLimit?: { limit?: number; windowSeconds?: number } | null
  credits?: { remaining?: number; refill?: { amount: number; interval: 'day' | 'month' } | null } | null
  metadata?: Record<string, string | number | boolean | null> | null
  tags?: string[] | null
  externalId?: string | null
  expiresInMs?: number | null
}

export type IfMatch = 'absent' | 'current' | 'outdated' | 'any'

/** Which key: one of those there are, or of all that ever were; `astray` asks for it under another organization. */
export interface Pick {
  key: number
  buried: boolean
  astray: boolean
}

export const CHANGES = [
  'disable',
  'enable',
  'approve',
  'decline',
  'revoke',
  'rotation/finish',
  'rotation/cancel',
] as const
export type PlainChange = (typeof CHANGES)[number]

/** Things sent as keys that never were a customer's secret here. */
export const ODDITIES = [
  'empty',
  'short',
  'oversized',
  'foreign',
  'unprintable',
  'forged',
  'unissued',
  'service',
] as const
export type Oddity = (typeof ODDITIES)[number]

export interface Question {
  /** Counted from the newest secret; a string: something odd. */
  secret: number | Oddity
  scopes?: string[]
  resources?: Record<string, string>
  organization?: 'own' | 'other'
  ip?: string
  cost?: number
  /** Whose service key asks: one bound to the key's organization, to another, or to none. */
  asker: 'own' | 'other' | 'unbound'
}

export interface Listing {
  statuses: string[]
  environment?: string
  scope?: string
  createdBy?: 'me' | 'nobody'
  q?: string
  unusedForMs?: number
  expiresWithinMs?: number
  sort?: string
  limit: number
}

export interface ImportItem {
  /** Of the secrets that could be imported; those of the server's own keys come after them. */
  secret: number
  prefix?: string
  fields: KeyFields
}

export type Action =
  | { do: 'create'; organization: number; fields: KeyFields; name: number | null }
  | { do: 'edit'; pick: Pick; patch: KeyPatch; ifMatch: IfMatch }
  | { do: 'rotate'; pick: Pick; graceSeconds: number | null; name: number | null }
  | { do: 'repeat'; request: number; otherBody: boolean }
  | { do: 'change'; pick: Pick; to: PlainChange }
  | { do: 'delete'; pick: Pick; confirm: boolean }
  | { do: 'import'; organization: number; items: ImportItem[] }
  | { do: 'self-revoke'; secret: number }
  | { do: 'see'; pick: Pick }
  | { do: 'list'; organization: number; listing: Listing }
  | { do: 'verify'; question: Question }
  | { do: 'found'; plan: string | null }
  | { do: 'reorganize'; organization: number; patch: OrganizationPatch; ifMatch: IfMatch }
  | { do: 'suspend' | 'resume' | 'dissolve' | 'look'; organization: number }
  | { do: 'wait'; ms: number }
  | { do: 'wait-for'; moment: number; offsetMs: number }
  | { do: 'crowd' | 'flush' }

export interface OrganizationPatch {
  name?: string
  externalId?: string | null
  plan?: string
  features?: Record<string, boolean | null> | null
}

/** `watched`: the newest secrets are asked about right before and right after it, so that they are in memory meanwhile. */
export type Step = Action & { watched: boolean }

export type StepOf<Do extends Step['do']> = Extract<Step, { do: Do }>

/** Written in ways that all stand for themselves, or for less than themselves once put in order. */
export const RANGES: Readonly<Record<string, string>> = {
  '198.51.100.7': '198.51.100.7',
  '203.0.113.9/24': '203.0.113.0/24',
  '2001:DB8:0:0::/32': '2001:db8::/32',
  '::ffff:198.51.100.8': '198.51.100.8',
  '0.0.0.0/0': '0.0.0.0/0',
}

/** Addresses that may ask, each with the ranges above that it is in. */
export const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  '198.51.100.7': ['198.51.100.7', '0.0.0.0/0'],
  '::ffff:198.51.100.7': ['198.51.100.7', '0.0.0.0/0'],
  '198.51.100.8': ['198.51.100.8', '0.0.0.0/0'],
  '203.0.113.255': ['203.0.113.0/24', '0.0.0.0/0'],
  '203.0.114.0': ['0.0.0.0/0'],
  '2001:db8:ffff::1': ['2001:db8::/32'],
  '2001:db9::1': [],
  'not an address': [],
  // From where the tests' own requests come.
  '127.0.0.1': ['0.0.0.0/0'],
}
