import type { ApiKey } from '@claviger/sdk'

/** A key as the server tells it. */
export function aKey(more: Partial<ApiKey> = {}): ApiKey {
  return {
    id: 'key_1',
    organizationId: 'org_1',
    name: 'ci',
    description: null,
    environment: 'production',
    prefix: 'acme_live_00000000',
    status: 'active',
    accessLevel: 'restricted',
    scopes: ['records:read'],
    resources: {},
    allowedIps: [],
    rateLimit: null,
    credits: null,
    metadata: {},
    tags: [],
    externalId: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    createdBy: { type: 'user', id: 'usr_1', name: 'Ada' },
    owner: null,
    updatedAt: '2026-01-01T00:00:00.000Z',
    expiresAt: null,
    rotatedAt: null,
    previousSecret: null,
    revokedAt: null,
    lastUsedAt: null,
    lastUsedIp: null,
    version: 1,
    ...more,
  }
}
