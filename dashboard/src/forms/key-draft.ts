import { holdsSecret, isVisibleName, missingScopes } from '@claviger/core'
import type { ApiKey, Catalog, CreateKeyRequest, EditKeyRequest } from '@claviger/sdk'
import { type Granting, isBeyondRole, isOpenTo } from './granting.ts'
import { createMore, editMore, type MoreDraft, type MoreOfKey, moreFaults, moreOf, NOTHING_MORE } from './more-draft.ts'
import { isSame, partsOf } from './typed.ts'

/** A key as it stands in the form, before anybody has sent it. */
export interface KeyDraft extends MoreDraft {
  name: string
  description: string
  /** Empty: none. */
  environment: string
  /** An access level, or `restricted` for scopes chosen one by one. */
  level: string
  scopes: readonly string[]
  /** Instances by kind, as they were typed: separated by commas or line breaks. Empty: all. */
  resources: Readonly<Record<string, string>>
  expiry: Expiry
}

/** What is wrong, by field; with the instances of one kind by `resources.` and the kind. */
export type DraftFaults = Partial<Record<keyof KeyDraft | `resources.${string}`, string>>

export type Expiry = { kind: 'never' } | { kind: 'days'; days: number } | { kind: 'at'; at: string }

export const RESTRICTED = 'restricted'

const HOLDS_SECRET = 'This holds a secret, and many can read it. Say where the secret is kept instead.'
const LONGEST_INSTANCE = 200

const DAY_MS = 24 * 60 * 60 * 1_000

/** @param given what an address prefills: `name`, `description`, `environment`, `level`, `scopes` (by commas), `expiresInDays` */
export function emptyDraft(
  catalog: Catalog,
  granting: Granting,
  given: Readonly<Record<string, unknown>> = {},
): KeyDraft {
  const text = (name: string) => (typeof given[name] === 'string' ? given[name] : '')
  const grantable = (grants: readonly string[]) =>
    !isBeyondRole(granting, grants) && beyondPlan(grants, catalog).length === 0
  const levels = catalog.accessLevels.filter((each) => grantable(each.scopes))
  const level = [...levels.map(({ id }) => id), RESTRICTED].find((id) => id === text('level'))
  const known = new Set(catalog.scopes.map(({ id }) => id).filter((id) => grantable([id])))
  const scopes = text('scopes')
    .split(',')
    .filter((id) => known.has(id))
  const days = Number(text('expiresInDays'))
  const least = allowsScopes(catalog) ? RESTRICTED : (levels.at(-1)?.id ?? RESTRICTED)
  const environments = catalog.environments.map(({ id }) => id).filter((id) => isOpenTo(granting, id))
  const only = granting.environments !== null && environments.length === 1 ? environments[0] : undefined
  return {
    name: text('name').slice(0, 100),
    description: text('description').slice(0, 1_000),
    environment: environments.find((id) => id === text('environment')) ?? only ?? '',
    level: level ?? (scopes.length > 0 ? RESTRICTED : least),
    scopes,
    resources: {},
    ...NOTHING_MORE,
    expiry: Number.isInteger(days) && days > 0 && days <= 3_650 ? { kind: 'days', days } : { kind: 'never' },
  }
}

/** Of a key, what a form has a field for. */
export type DraftedKey = MoreOfKey &
  Pick<ApiKey, 'name' | 'description' | 'environment' | 'accessLevel' | 'scopes' | 'resources' | 'expiresAt'>

export function draftOf(key: DraftedKey): KeyDraft {
  return {
    name: key.name,
    description: key.description ?? '',
    environment: key.environment ?? '',
    level: key.accessLevel,
    scopes: key.scopes,
    resources: Object.fromEntries(Object.entries(key.resources).map(([kind, ids]) => [kind, ids.join(', ')])),
    ...moreOf(key),
    expiry: key.expiresAt === null ? { kind: 'never' } : { kind: 'at', at: key.expiresAt },
  }
}

/** Without per-scope control keys get whole access levels only. */
export function allowsScopes({ features }: Pick<Catalog, 'features'>): boolean {
  return features['per-scope-control'] !== false
}

/** What the form itself can tell to be missing, by field. */
export function draftFaults(draft: KeyDraft, now: number): DraftFaults {
  const expiresAt = expiryMoment(draft.expiry, now)
  return {
    ...(!isVisibleName(draft.name) && { name: 'Give it a name, so that everybody knows what it is for.' }),
    ...(holdsSecret(draft.name) && { name: HOLDS_SECRET }),
    ...(holdsSecret(draft.description) && { description: HOLDS_SECRET }),
    ...(draft.level === RESTRICTED && draft.scopes.length === 0 && { scopes: 'Choose at least one.' }),
    ...(draft.expiry.kind === 'at' && expiresAt === null && { expiry: 'Choose a day and a time.' }),
    ...(expiresAt !== null && Date.parse(expiresAt) <= now && { expiry: 'Choose a moment in the future.' }),
    ...resourceFaults(draft.resources),
    ...moreFaults(draft),
  }
}

function resourceFaults(typed: KeyDraft['resources']): DraftFaults {
  const found = Object.entries(typed).flatMap(([kind, text]) => {
    const ids = partsOf(text)
    // Left empty it means all of them; that is not to be had by a comma too many.
    if (ids.length === 0 && text.trim() !== '') return [[`resources.${kind}`, 'Name at least one, or leave it empty.']]
    const long = ids.find((each) => each.length > LONGEST_INSTANCE)
    if (long === undefined) return []
    return [[`resources.${kind}`, `“${long.slice(0, 20)}…” has more than ${LONGEST_INSTANCE} characters.`]]
  })
  return Object.fromEntries(found)
}

/** Whoever makes keys for some environments alone makes none without one. */
export function environmentFault({ environment }: KeyDraft, granting: Granting): DraftFaults {
  return isOpenTo(granting, environment) ? {} : { environment: 'Choose one.' }
}

export function expiryMoment(expiry: Expiry, now: number): string | null {
  if (expiry.kind === 'never') return null
  if (expiry.kind === 'days') return new Date(now + expiry.days * DAY_MS).toISOString()
  return Number.isNaN(Date.parse(expiry.at)) ? null : new Date(expiry.at).toISOString()
}

export function toCreateRequest(draft: KeyDraft, now: number): CreateKeyRequest {
  const resources = readResources(draft.resources)
  return {
    name: draft.name.trim(),
    ...(draft.description.trim() !== '' && { description: draft.description.trim() }),
    ...(draft.environment !== '' && { environment: draft.environment }),
    ...(draft.level === RESTRICTED ? { scopes: [...draft.scopes] } : { accessLevel: draft.level }),
    ...(Object.keys(resources).length > 0 && { resources }),
    ...(draft.expiry.kind !== 'never' && { expiresAt: expiryMoment(draft.expiry, now) }),
    ...createMore(draft),
  }
}

/** Only what is another now: an edit that changes nothing else widens nothing by accident. */
export function toEditRequest(draft: KeyDraft, key: ApiKey, now: number): EditKeyRequest {
  const before = draftOf(key)
  const patch = editMore(draft, key)
  const description = draft.description.trim() === '' ? null : draft.description.trim()
  if (draft.name.trim() !== before.name) patch.name = draft.name.trim()
  if (description !== key.description) patch.description = description
  if (draft.level !== RESTRICTED && draft.level !== before.level) patch.accessLevel = draft.level
  if (draft.level === RESTRICTED && (before.level !== RESTRICTED || !isSame(draft.scopes, key.scopes)))
    patch.scopes = [...draft.scopes]
  const resources = readResources(draft.resources)
  if (JSON.stringify(sorted(resources)) !== JSON.stringify(sorted(key.resources))) {
    const dropped = Object.keys(key.resources).filter((kind) => !(kind in resources))
    patch.resources = { ...resources, ...Object.fromEntries(dropped.map((kind) => [kind, null])) }
  }
  const expiresAt = expiryMoment(draft.expiry, now)
  if (expiresAt !== key.expiresAt) patch.expiresAt = expiresAt
  return patch
}

function readResources(typed: Readonly<Record<string, string>>): Record<string, string[]> {
  const read = Object.entries(typed).map(([kind, text]): [string, string[]] => [kind, partsOf(text)])
  return Object.fromEntries(read.filter(([, ids]) => ids.length > 0))
}

function sorted(resources: Readonly<Record<string, readonly string[]>>) {
  return Object.entries(resources).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Scopes that a plan does not have in it. */
export function beyondPlan(scopes: readonly string[], { plan }: Pick<Catalog, 'plan'>): string[] {
  return plan.scopes === null ? [] : missingScopes(plan.scopes, scopes)
}
