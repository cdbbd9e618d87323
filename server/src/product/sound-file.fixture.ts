import { parseProduct } from './load.ts'
import { ProductFileError } from './product-file-error.ts'

/** A file in which everything is used and nothing is wrong. */
export const SOUND = `name: Acme API
prefix: acme
environments:
  - id: production
    label: Production
    tag: live
    rotationDays: 90
    production: true
  - id: test
    label: Test
    tag: test
scopes:
  - id: records:read
    description: See records
    resourceKinds: [project]
  - id: records:write
    description: Change records
    resourceKinds: [project]
scopeGroups:
  - resource: records
    label: Records
    description: What customers keep
accessLevels:
  - id: read-only
    label: Read only
    description: See everything
    scopes: [records:read]
resourceKinds:
  - id: project
    label: Project
    pluralLabel: Projects
features:
  - id: per-scope-control
    label: Per-scope control
    whenOff: Ask us.
plans:
  - id: free
    label: Free
    maxKeys: 5
    scopes: ["records:*"]
    defaultRateLimit: { limit: 60, windowSeconds: 60 }
    selfService: true
lifecycle:
  deleteRequiresRevoke: true
sampleRequest:
  curl: 'curl "{{url}}" -H "Authorization: Bearer {{secret}}"'
  environmentVariable: ACME_API_KEY
screen:
  navigation: [API keys]
  accent: "#3b5bdb"
  words: { key: API key }
  columns: [name, action]
  menu: [details, delete]
roles:
  - id: developer
    scopes: [records:read]
    environments: [production]
`

/** Everything that is said about a file named x.yaml. */
export function problemsOf(text: string): string[] {
  try {
    parseProduct(text, 'x.yaml')
  } catch (error) {
    if (error instanceof ProductFileError) return error.message.split('\n')
    throw error
  }
  return []
}

/** What becomes of one place of the sound file, and all that is said about it. */
export type Break = readonly [what: string, from: string, to: string, ...problems: string[]]

/** What is said once `from` has become `to`; throws where the sound file has no such place. */
export function problemsAfter(from: string, to: string): string[] {
  if (!SOUND.includes(from)) throw new TypeError(`The sound file has no ${from}`)
  return problemsOf(SOUND.replace(from, () => to))
}
