import type { ApiKey, ErrorEnvelope, KeyIssued, KeyList, VerifyAnswer, VerifyRequest } from '@claviger/core'

/** What travels, as it is published. Whoever built on these examples must find them true. */

const TIME = '2026-01-15T12:00:00.000Z'

const KEY: ApiKey = {
  id: 'key_0351C7kSXkKbtAOBuHk1Bu',
  organizationId: 'org_0351C7kPiZrOYmfi1Evrtv',
  name: 'ci-runner',
  description: null,
  environment: null,
  prefix: 'vlk_3kTq8xYv',
  status: 'active',
  accessLevel: 'restricted',
  scopes: ['models:read'],
  resources: {},
  allowedIps: [],
  rateLimit: null,
  credits: null,
  metadata: {},
  tags: [],
  externalId: null,
  createdAt: TIME,
  createdBy: { type: 'user', id: 'usr_0351C7kPiZrOYmfi1Evrtv', name: 'Ada' },
  owner: { type: 'user', id: 'usr_0351C7kPiZrOYmfi1Evrtv', name: 'Ada' },
  updatedAt: TIME,
  expiresAt: null,
  rotatedAt: null,
  previousSecret: null,
  revokedAt: null,
  lastUsedAt: null,
  lastUsedIp: null,
  version: 1,
}

const REQUEST_ID = 'req_eRvve1a8pSOw00000001'

export const CREATED: KeyIssued = {
  key: KEY,
  secret: 'vlk_3kTq8xYv0123456789abcdefghijklmnopqrstuv012345',
  sampleRequest: 'curl …',
  receipt: { effectiveAt: TIME, verifiers: 1 },
}

export const REPLAYED: KeyIssued = {
  key: KEY,
  secret: null,
  sampleRequest: null,
  receipt: { effectiveBy: TIME },
  replayed: true,
}

/** Every field that can be null is not. */
export const FULL: ApiKey = {
  ...KEY,
  description: 'For the pipeline',
  environment: 'production',
  resources: { site: ['lobby-1'] },
  allowedIps: ['203.0.113.0/24', '2001:db8::/32'],
  rateLimit: { limit: 600, windowSeconds: 60 },
  credits: { remaining: 5, refill: { amount: 100, interval: 'month' } },
  metadata: { team: 'data', level: 3, on: true, note: null },
  tags: ['ci'],
  externalId: 'crm-7',
  expiresAt: TIME,
  rotatedAt: TIME,
  previousSecret: { prefix: 'vlk_0aB1cD2e', endsAt: TIME, lastUsedAt: TIME },
  revokedAt: TIME,
  lastUsedAt: TIME,
  lastUsedIp: '198.51.100.7',
}

export const LIST: KeyList = {
  items: [KEY, FULL],
  nextCursor: null,
  counts: { active: 2, disabled: 0, expired: 0, pending: 0, revoked: 1 },
}

export const QUESTION: VerifyRequest = {
  key: 'vlk_3kTq8xYv0123456789abcdefghijklmnopqrstuv012345',
  scopes: ['dataset:read'],
  resources: { site: 'lobby-1' },
  organizationId: KEY.organizationId ?? '',
  ip: '198.51.100.7',
  cost: 1,
  client: { name: 'exporter', userAgent: 'curl/8' },
}

export const YES: VerifyAnswer = {
  valid: true,
  code: 'VALID',
  key: {
    id: KEY.id,
    name: KEY.name,
    organizationId: KEY.organizationId,
    environment: null,
    scopes: ['models:read'],
    resources: {},
    metadata: {},
    expiresAt: null,
  },
  rateLimit: { limit: 600, remaining: 599, resetSeconds: 60 },
  requestId: REQUEST_ID,
}

export const NO: VerifyAnswer = {
  valid: false,
  code: 'REVOKED',
  message: 'The key has been revoked.',
  requestId: REQUEST_ID,
}

export const REFUSAL: ErrorEnvelope = {
  error: { code: 'KEY_NOT_REVOKED', message: 'Revoke the key first.', details: {}, requestId: REQUEST_ID },
}
