import { newId, type Receipt } from '@claviger/core'
import { type Actor, requireReach, requireUnbound } from './actor.ts'
import { applyChange } from './change.ts'
import type { Domain, PageRequest, Reads } from './ports.ts'
import type { OrganizationRecord } from './records.ts'
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
): Promise<{ value: OrganizationRecord; receipt: Receipt }> {
  requireUnbound(actor)
  const plans = domain.product.plans.map(({ id }) => id)
  const plan = input.plan ?? plans[0]
  if (plan === undefined || !plans.includes(plan)) throw invalidField('plan', `must be one of ${plans.join(', ')}`)
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
  page: PageRequest,
): Promise<OrganizationRecord[]> {
  requireUnbound(actor)
  return database.organizations(page)
}
