import {
  type ApiKey,
  type AuditEvent as AuditEventView,
  type Catalog,
  type KeyFacts,
  type Organization,
  type Plan,
  type PlanTerms,
  type Product,
  statusOf,
  type VerifiedKey,
} from '@claviger/core'
import { remainingAt } from '../domain/key-fields.ts'
import type { AuditEvent, KeyRecord, OrganizationRecord } from '../domain/records.ts'

/** Records as they travel. What is not named here does not leave the server. */

export function presentKey(key: KeyRecord, now: number): ApiKey {
  return {
    id: key.id,
    organizationId: key.organizationId,
    name: key.name,
    description: key.description,
    environment: key.environment,
    prefix: key.prefix,
    status: statusOf(key, now),
    accessLevel: key.accessLevel,
    scopes: key.scopes,
    resources: key.resources,
    allowedIps: key.allowedIps,
    rateLimit: key.rateLimit,
    credits: presentCredits(key.credits, now),
    metadata: key.metadata,
    tags: key.tags,
    externalId: key.externalId,
    createdAt: time(key.createdAt),
    createdBy: key.createdBy,
    owner: key.owner && { type: 'user', ...key.owner },
    updatedAt: time(key.updatedAt),
    expiresAt: timeOrNull(key.expiresAt),
    rotatedAt: timeOrNull(key.rotatedAt),
    previousSecret: presentPrevious(key.previousSecret, now),
    revokedAt: timeOrNull(key.revokedAt),
    lastUsedAt: timeOrNull(key.lastUsedAt),
    lastUsedIp: key.lastUsedIp,
    version: key.version,
  }
}

function presentCredits(credits: KeyRecord['credits'], now: number): ApiKey['credits'] {
  if (!credits) return null
  const { refill } = credits
  return {
    remaining: remainingAt(credits, now),
    refill: refill && { amount: refill.amount, interval: refill.interval },
  }
}

/** Once its overlap is over, an old secret is nothing to show. */
function presentPrevious(previous: KeyRecord['previousSecret'], now: number): ApiKey['previousSecret'] {
  if (!previous || previous.endsAt <= now) return null
  const { prefix, endsAt, lastUsedAt } = previous
  return { prefix, endsAt: time(endsAt), lastUsedAt: timeOrNull(lastUsedAt) }
}

export function presentOrganization(organization: OrganizationRecord, product: Product): Organization {
  return {
    id: organization.id,
    name: organization.name,
    externalId: organization.externalId,
    plan: organization.plan,
    features: featuresOf(organization, product),
    suspendedAt: timeOrNull(organization.suspendedAt),
    billingContact: organization.billingContact,
    createdAt: time(organization.createdAt),
    version: organization.version,
  }
}

function featuresOf({ features }: OrganizationRecord, product: Product): Record<string, boolean> {
  return Object.fromEntries(product.features.map(({ id, default: on }) => [id, features[id] ?? on]))
}

/** What keys of this organization can be made of, as its plan and features have it. */
export function presentCatalog(product: Product, organization: OrganizationRecord): Catalog {
  const plan = product.plans.find(({ id }) => id === organization.plan)
  return {
    scopes: product.scopes.map(({ id, description, resourceKinds }) => ({
      id,
      description,
      resourceKinds: [...resourceKinds],
    })),
    scopeGroups: product.scopeGroups.map(({ resource, label, description }) => ({ resource, label, description })),
    accessLevels: product.accessLevels.map(({ id, label, description, scopes }) => ({
      id,
      label,
      description,
      scopes: [...scopes],
    })),
    environments: product.environments.map(({ id, label, tag, rotationDays, approval, production }) => ({
      id,
      label,
      tag,
      rotationDays,
      approval,
      production,
    })),
    resourceKinds: product.resourceKinds.map(({ id, label, pluralLabel }) => ({ id, label, pluralLabel })),
    // One that the product file no longer has caps nothing; it goes by its id.
    plan: plan
      ? presentPlan(plan)
      : { id: organization.plan, label: organization.plan, maxKeys: null, scopes: null, defaultRateLimit: null },
    selfServicePlans: product.plans.filter(({ selfService }) => selfService).map(presentPlan),
    roles: product.roles.map(({ id, scopes, environments }) => ({
      id,
      scopes: scopes && [...scopes],
      environments: environments && [...environments],
    })),
    lifecycle: { ...product.lifecycle },
    features: featuresOf(organization, product),
    featureTexts: product.features.map(({ id, label, whenOff }) => ({ id, label, whenOff })),
    words: product.screen.words,
    prefix: product.prefix,
    environmentVariable: product.sampleRequest.environmentVariable,
  }
}

export function presentPlan({ id, label, maxKeys, scopes, defaultRateLimit }: Plan): PlanTerms {
  return {
    id,
    label,
    maxKeys,
    scopes: scopes && [...scopes],
    defaultRateLimit: defaultRateLimit && { ...defaultRateLimit },
  }
}

export function presentEvent(event: AuditEvent): AuditEventView {
  const { id, at, actor, action, target, changes, outcome, requestId } = event
  return { id, at: time(at), actor, action, target, changes: JSON.parse(changes), outcome, requestId }
}

export function presentVerified(facts: KeyFacts): VerifiedKey {
  return {
    id: facts.id,
    name: facts.name,
    organizationId: facts.organizationId,
    environment: facts.environment,
    scopes: [...facts.scopes],
    resources: facts.resources,
    metadata: facts.metadata,
    expiresAt: timeOrNull(facts.expiresAt),
  }
}

function time(ms: number): string {
  return new Date(ms).toISOString()
}

function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : time(ms)
}
