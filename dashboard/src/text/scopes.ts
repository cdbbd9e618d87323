import { covers } from '@claviger/core'
import type { Catalog } from '@claviger/sdk'

/** Scopes by the part before the colon, in the order of the catalogue. */
export interface ScopeSet {
  resource: string
  label: string
  description: string | null
  scopes: Catalog['scopes']
}

export function scopeSets({ scopes, scopeGroups }: Pick<Catalog, 'scopes' | 'scopeGroups'>): ScopeSet[] {
  const sets = new Map<string, ScopeSet>()
  for (const scope of scopes) {
    const [resource = ''] = scope.id.split(':', 1)
    const group = scopeGroups.find((each) => each.resource === resource)
    const set = sets.get(resource) ?? {
      resource,
      label: group?.label ?? resource.charAt(0).toUpperCase() + resource.slice(1),
      description: group?.description ?? null,
      scopes: [],
    }
    set.scopes.push(scope)
    sets.set(resource, set)
  }
  return [...sets.values()]
}

/** Single scopes that these grants come to. */
export function grantedScopes(grants: readonly string[], catalog: Pick<Catalog, 'scopes'>): Catalog['scopes'] {
  return catalog.scopes.filter(({ id }) => covers(grants, id))
}

/** For a glance: `Everything`, `None`, or the first two and how many more. */
export function scopesInShort(grants: readonly string[]): string {
  if (grants.includes('*')) return 'Everything'
  if (grants.length === 0) return 'None'
  const shown = grants.slice(0, 2).join(', ')
  return grants.length > 2 ? `${shown} +${grants.length - 2}` : shown
}
