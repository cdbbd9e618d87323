/** What service keys may do to Claviger itself. The operator's backend is a customer of this catalogue. */
export const SERVICE_SCOPES = {
  'keys:verify': 'Ask for verdicts.',
  'keys:read': 'See keys.',
  'keys:write': 'Create, rotate, revoke and delete keys.',
  'organizations:read': 'See organizations.',
  'organizations:write': 'Create and change organizations.',
  'members:read': 'See members and invitations.',
  'members:write': 'Invite, change and remove members.',
  'audit:read': 'Read the audit log.',
  'usage:read': 'Read usage and callers.',
  'webhooks:write': 'Manage webhooks.',
  'leaks:report': 'Report leaked secrets.',
  'portal:write': 'Open portal sessions.',
  'service-keys:write': 'Create and revoke service keys.',
} as const

export type ServiceScope = keyof typeof SERVICE_SCOPES

/** First part of every service key's secret. */
export const SERVICE_TAG = 'clv'
