import type { Column, LifecyclePolicy, MenuAction, Plan, SampleRequest, Screen, Words } from '@claviger/core'

/** What holds where a product file is silent. */

export const DEFAULT_PLANS: readonly Plan[] = [
  { id: 'standard', label: 'Standard', maxKeys: null, scopes: null, defaultRateLimit: null, selfService: false },
]

export const DEFAULT_LIFECYCLE: LifecyclePolicy = { deleteRequiresRevoke: true, rotationDays: null }

export const DEFAULT_SAMPLE_REQUEST: SampleRequest = {
  curl: 'curl "{{url}}/v1/keys/self" --header "Authorization: Bearer {{secret}}"',
  environmentVariable: 'API_KEY',
}

export const DEFAULT_WORDS: Words = {
  key: 'API key',
  keys: 'API keys',
  create: 'Create API key',
  details: 'View details',
  edit: 'Edit',
  rotate: 'Rotate',
  revoke: 'Revoke',
  delete: 'Delete',
  disable: 'Disable',
  enable: 'Enable',
  accessLevel: 'Access level',
  scopes: 'Scopes',
  resources: 'Resources',
  lastUsed: 'Last used',
  action: 'Actions',
  secret: 'Secret',
}

const DEFAULT_COLUMNS: readonly Column[] = ['name', 'prefix', 'status', 'scopes', 'lastUsed', 'expiresAt', 'action']
const DEFAULT_MENU: readonly MenuAction[] = ['details', 'edit', 'rotate', 'disable', 'enable', 'revoke', 'delete']

export const DEFAULT_SCREEN: Screen = {
  navigation: ['API keys'],
  accent: '#3b5bdb',
  words: DEFAULT_WORDS,
  columns: DEFAULT_COLUMNS,
  menu: DEFAULT_MENU,
}
