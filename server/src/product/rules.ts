import { covers, type Product, SERVICE_KEY_TAG } from '@claviger/core'
import { reportRepeats } from './readers.ts'
import { sampleRequestFault } from './sample-request.ts'
import { join, quote, suggest } from './wording.ts'
import type { Report } from './yaml-source.ts'

/**
 * What the parts of a product file must have to do with each other. A rule is left out where a part it needs could
 * not be read: it would only complain about consequences.
 */
export function checkRules(draft: Partial<Product>, report: Report): void {
  const {
    prefix,
    environments,
    scopes,
    scopeGroups,
    accessLevels,
    resourceKinds,
    features,
    plans,
    roles,
    sampleRequest,
  } = draft
  if (prefix) prefixIsFree(prefix, report)
  if (environments) tagsDiffer(environments, report)
  if (scopes && resourceKinds) scopesNameResourceKinds(scopes, resourceKinds, report)
  if (scopes && scopeGroups) groupsHaveScopes(scopes, scopeGroups, report)
  if (accessLevels) levelsLeaveRestrictedAlone(accessLevels, report)
  if (scopes && accessLevels) grantsMatchScopes(scopes, accessLevels, 'accessLevels', report)
  if (scopes && plans) grantsMatchScopes(scopes, plans, 'plans', report)
  if (scopes && roles) grantsMatchScopes(scopes, roles, 'roles', report)
  if (environments && roles) rolesNameEnvironments(environments, roles, report)
  if (features && accessLevels) wholeLevelsExist(features, accessLevels, report)
  if (sampleRequest) sampleRequestWorks(sampleRequest, report)
}

function prefixIsFree(prefix: Product['prefix'], report: Report): void {
  if (prefix === SERVICE_KEY_TAG)
    report('prefix', `prefix must not be "${prefix}", which marks service keys. Choose another.`)
}

function tagsDiffer(environments: Product['environments'], report: Report): void {
  const tags = environments.map(({ tag }) => tag)
  reportRepeats(tags, (index) => `environments[${index}].tag`, 'Give each its own, or null.', report)
}

function scopesNameResourceKinds(scopes: Product['scopes'], kinds: Product['resourceKinds'], report: Report): void {
  const known = kinds.map(({ id }) => id)
  for (const [index, scope] of scopes.entries()) {
    for (const [at, kind] of scope.resourceKinds.entries()) {
      const path = join(`scopes[${index}].resourceKinds`, at)
      if (!known.includes(kind)) report(path, `${path} names no resource kind: ${quote(kind)}. ${suggest(kind, known)}`)
    }
  }
  // A key limited to some instances would pass every request that names none.
  for (const [index, { id }] of kinds.entries()) {
    if (scopes.some(({ resourceKinds }) => resourceKinds.includes(id))) continue
    const path = `resourceKinds[${index}]`
    report(
      path,
      `${path} (${id}) limits no scope. Add it to the resourceKinds of the scopes it is about, or remove it.`,
    )
  }
}

function groupsHaveScopes(scopes: Product['scopes'], groups: Product['scopeGroups'], report: Report): void {
  const known = [...new Set(scopes.map(({ id }) => id.slice(0, id.indexOf(':'))))]
  for (const [index, { resource }] of groups.entries()) {
    const path = `scopeGroups[${index}].resource`
    if (!known.includes(resource))
      report(path, `${path} has no scopes: ${quote(resource)}. ${suggest(resource, known)}`)
  }
}

function levelsLeaveRestrictedAlone(levels: Product['accessLevels'], report: Report): void {
  for (const [index, { id }] of levels.entries()) {
    const path = `accessLevels[${index}].id`
    if (id !== 'restricted') continue
    report(path, `${path} must not be "restricted", the level of scopes chosen one by one. Choose another id.`)
  }
}

function grantsMatchScopes(
  scopes: Product['scopes'],
  holders: readonly { readonly scopes: readonly string[] | null }[],
  section: 'accessLevels' | 'plans' | 'roles',
  report: Report,
): void {
  const known = scopes.map(({ id }) => id)
  for (const [index, holder] of holders.entries()) {
    for (const [at, grant] of (holder.scopes ?? []).entries()) {
      const path = `${section}[${index}].scopes[${at}]`
      if (known.some((scope) => covers([grant], scope))) continue
      report(path, `${path} matches no scope: ${quote(grant)}. ${suggest(grant, known)}`)
    }
  }
}

function rolesNameEnvironments(environments: Product['environments'], roles: Product['roles'], report: Report): void {
  const known = environments.map(({ id }) => id)
  for (const [index, role] of roles.entries()) {
    for (const [at, environment] of (role.environments ?? []).entries()) {
      const path = `roles[${index}].environments[${at}]`
      if (known.includes(environment)) continue
      report(path, `${path} names no environment: ${quote(environment)}. ${suggest(environment, known)}`)
    }
  }
}

function wholeLevelsExist(features: Product['features'], levels: Product['accessLevels'], report: Report): void {
  const index = features.findIndex(({ id }) => id === 'per-scope-control')
  if (index < 0 || levels.length > 0) return
  const path = `features[${index}]`
  report(
    path,
    `${path} (per-scope-control) leaves keys only whole access levels, and there are none. Add accessLevels.`,
  )
}

function sampleRequestWorks(sampleRequest: Product['sampleRequest'], report: Report): void {
  const path = 'sampleRequest.curl'
  const fault = sampleRequestFault(sampleRequest.curl)
  if (fault !== null) report(path, `${path} ${fault}`)
}
