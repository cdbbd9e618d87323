import { AppError, newId, type Product } from '@claviger/core'
import { type Actor, requireReach, requireUnbound, type Standing } from './actor.ts'
import { applyChange, type Changed, type Intent } from './change.ts'
import { differences } from './differences.ts'
import { requireVersion } from './edit-key.ts'
import type { Domain, Reads } from './ports.ts'
import type { OrganizationRecord, PageRequest } from './records.ts'
import { invalidField, notFound } from './refusals.ts'

export interface NewOrganization {
  name: string
  externalId?: string | null
  /** Of the product file; by default its first. */
  plan?: string
}

export async function createOrganization(
  domain: Domain,
  actor: Actor,
  input: NewOrganization,
): Promise<Changed<OrganizationRecord>> {
  requireUnbound(actor)
  const { product } = domain
  const plan = knownPlan(product, input.plan ?? product.plans[0]?.id)
  return applyChange(
    domain,
    actor,
    { action: 'organization.create', scope: 'organizations:write' },
    async (writes, now) => {
      const organization: OrganizationRecord = {
        id: newId('org', now, domain.randomBytes),
        name: input.name,
        externalId: input.externalId ?? null,
        plan,
        features: {},
        suspendedAt: null,
        billingContact: null,
        createdAt: now,
        updatedAt: now,
        version: 1,
      }
      await writes.insertOrganization(organization)
      const { id, name, externalId } = organization
      return {
        changed: true,
        value: organization,
        touched: [{ organizationId: id, addsSecret: false }],
        audit: {
          organizationId: id,
          target: { type: 'organization', id, name },
          changes: { name: { after: name }, externalId: { after: externalId }, plan: { after: plan } },
        },
      }
    },
  )
}

export async function getOrganization(
  { database }: { database: Reads },
  actor: Pick<Actor, 'boundTo'>,
  id: string,
): Promise<OrganizationRecord> {
  requireReach(actor, id)
  const organization = await database.organization(id)
  if (!organization) throw notFound('organization')
  return organization
}

export async function listOrganizations(
  { database }: { database: Reads },
  actor: Pick<Actor, 'boundTo'>,
  page: PageRequest & { externalId?: string | undefined },
): Promise<OrganizationRecord[]> {
  requireUnbound(actor)
  return database.organizations(page)
}

/** A JSON Merge Patch: what is absent stays, null removes. Of `features` null means the product's default. */
export interface OrganizationPatch {
  name?: string
  externalId?: string | null
  plan?: string
  features?: Record<string, boolean | null> | null
  /** An e-mail address. */
  billingContact?: string | null
}

/**
 * Operators change everything; owners their name, their billing contact, and their plan to one of self-service.
 * @throws AppError `NOT_FOUND`, `VALIDATION_FAILED`, `VERSION_CONFLICT`, `FORBIDDEN` that names the field.
 */
export async function editOrganization(
  domain: Domain,
  actor: Actor,
  id: string,
  patch: OrganizationPatch,
  ifVersion: number | undefined,
): Promise<Changed<OrganizationRecord>> {
  const { product } = domain
  // A service key that is bound to one organization is no owner of it.
  if (actor.ref.type === 'user') requireReach(actor, id)
  else requireUnbound(actor)
  return changeOrganization(domain, actor, id, 'organization.edit', (organization, _now, standing) => {
    requireVersion(organization, ifVersion)
    if (standing.role !== null) requireOwnersMatter(product, organization, patch)
    return {
      billingContact: patch.billingContact === undefined ? organization.billingContact : patch.billingContact,
      name: patch.name ?? organization.name,
      externalId: patch.externalId === undefined ? organization.externalId : patch.externalId,
      plan: patch.plan === undefined ? organization.plan : knownPlan(product, patch.plan),
      features:
        patch.features === undefined ? organization.features : mergeFeatures(product, organization, patch.features),
    }
  })
}

/** @throws AppError `FORBIDDEN` for what owners leave to the operator. */
function requireOwnersMatter(product: Product, organization: OrganizationRecord, patch: OrganizationPatch): void {
  for (const field of ['externalId', 'features'] as const) {
    if (patch[field] !== undefined) {
      throw new AppError('FORBIDDEN', `Only operators change ${field}; leave it out.`, { field })
    }
  }
  if (patch.plan === undefined || patch.plan === organization.plan) return
  const open = product.plans.filter(({ selfService }) => selfService).map(({ id }) => id)
  if (open.includes(knownPlan(product, patch.plan))) return
  const choice = open.length > 0 ? `of one’s own choice are: ${open.join(', ')}` : 'no plan is of one’s own choice'
  throw new AppError('FORBIDDEN', `Only operators change plan to ${patch.plan}; ${choice}.`, { field: 'plan', open })
}

/** From now on every key of the organization is refused, until it is resumed. */
export async function suspendOrganization(
  domain: Domain,
  actor: Actor,
  id: string,
): Promise<Changed<OrganizationRecord>> {
  requireUnbound(actor)
  return changeOrganization(domain, actor, id, 'organization.suspend', ({ suspendedAt }, now) => ({
    suspendedAt: suspendedAt ?? now,
  }))
}

export async function resumeOrganization(
  domain: Domain,
  actor: Actor,
  id: string,
): Promise<Changed<OrganizationRecord>> {
  requireUnbound(actor)
  return changeOrganization(domain, actor, id, 'organization.resume', () => ({ suspendedAt: null }))
}

/** Removes an organization with all its keys, which are unknown from now on. Its audit log stays. */
export async function deleteOrganization(domain: Domain, actor: Actor, id: string): Promise<Changed<boolean>> {
  requireUnbound(actor)
  const intent: Intent = { action: 'organization.delete', scope: 'organizations:write' }
  const deleted = await applyChange<boolean>(domain, actor, intent, async (writes, now) => {
    const touched = [{ organizationId: id, addsSecret: false }]
    const organization = await writes.organization(id)
    if (!organization) return { changed: false, value: false, touched }
    await writes.deleteOrganization(id, now)
    return {
      changed: true,
      value: true,
      touched,
      audit: {
        organizationId: null,
        target: { type: 'organization', id, name: organization.name },
        changes: { externalId: { before: organization.externalId, after: null } },
      },
    }
  })
  if (!deleted.value) throw notFound('organization')
  return deleted
}

/** @param change gives the fields that are to be; those that are so already are no change. */
async function changeOrganization(
  domain: Domain,
  actor: Actor,
  id: string,
  action: string,
  change: (organization: OrganizationRecord, now: number, standing: Standing) => Partial<OrganizationRecord>,
): Promise<Changed<OrganizationRecord>> {
  return applyChange(domain, actor, { action, scope: 'organizations:write' }, async (writes, now, standing) => {
    const organization = await writes.organization(id)
    if (!organization) throw notFound('organization')
    const touched = [{ organizationId: id, addsSecret: false }]
    const wanted = { ...organization, ...change(organization, now, standing) }
    const changes = differences(organization, wanted, EDITABLE)
    if (Object.keys(changes).length === 0) return { changed: false, value: organization, touched }
    const value = { ...wanted, updatedAt: now, version: organization.version + 1 }
    await writes.updateOrganization(value)
    const target = { type: 'organization', id, name: value.name }
    return { changed: true, value, touched, audit: { organizationId: id, target, changes } }
  })
}

const EDITABLE = ['name', 'externalId', 'plan', 'features', 'billingContact', 'suspendedAt'] as const

function knownPlan(product: Product, plan: string | undefined): string {
  const plans = product.plans.map(({ id }) => id)
  if (plan === undefined || !plans.includes(plan)) throw invalidField('plan', `must be one of ${plans.join(', ')}`)
  return plan
}

function mergeFeatures(
  product: Product,
  organization: OrganizationRecord,
  patch: Exclude<OrganizationPatch['features'], undefined>,
): Record<string, boolean> {
  const known = product.features.map(({ id }) => id)
  const unknown = Object.keys(patch ?? {}).find((id) => !known.includes(id))
  if (unknown !== undefined) {
    const remedy = known.length > 0 ? `use ${known.join(', ')}` : 'this product has none; leave features out'
    throw invalidField(`features.${unknown}`, `is not a feature here: ${remedy}`)
  }
  if (patch === null) return {}
  const standard = new Map(product.features.map(({ id, default: on }) => [id, on]))
  const merged = Object.entries({ ...organization.features, ...patch })
  return Object.fromEntries(merged.filter((entry): entry is [string, boolean] => isSwitched(entry, standard)))
}

/** What is as the product has it is not kept, so that it goes on being as the product has it. */
function isSwitched([id, on]: [string, boolean | null], standard: ReadonlyMap<string, boolean>): boolean {
  return on !== null && on !== standard.get(id)
}
