import { newId } from '@claviger/core'
import type { Actor } from './actor.ts'
import { applyChange, type Changed } from './change.ts'
import { isSound, sealLink } from './links.ts'
import { personTarget } from './people-records.ts'
import type { Domain } from './ports.ts'
import type { OrganizationRecord } from './records.ts'
import { overLink } from './refusals.ts'

export const SET_UP_LINK_MS = 60 * 60 * 1_000

export interface FirstPerson {
  name: string
  email: string
  passwordHash: string
  organizationName: string
}

/** The token of a link by which whoever reads the server's console sets it up; null: somebody has done so already. */
export async function setUpLink({ database, serverKey, clock }: Domain): Promise<string | null> {
  if (await database.hasOperator()) return null
  return sealLink(serverKey, 'set-up', { subject: '', expiresAt: clock.now() + SET_UP_LINK_MS, state: '' })
}

/** Asked before the slow work of hashing a password. @throws AppError `NOT_FOUND` for a link that is over or none. */
export async function requireSetUpLink({ database, serverKey, clock }: Domain, token: string): Promise<void> {
  const sound = isSound(serverKey, 'set-up', token, '', clock.now())
  if (!sound || (await database.hasOperator())) throw overLink()
}

/**
 * Makes the first operator account and the first organization, owned by it. Only one such call ever succeeds.
 * @throws AppError `NOT_FOUND` once there is an operator.
 */
export async function setUp(
  domain: Domain,
  from: Pick<Actor, 'ip' | 'userAgent' | 'requestId'>,
  { name, email, passwordHash, organizationName }: FirstPerson,
): Promise<Changed<OrganizationRecord>> {
  const { product, randomBytes, clock } = domain
  const personId = newId('usr', clock.now(), randomBytes)
  const actor: Actor = { ...from, ref: { type: 'operator', id: personId, name }, boundTo: null }
  return applyChange(domain, actor, { action: 'deployment.set-up', scope: null }, async (writes, now) => {
    if (await writes.hasOperator()) throw overLink()
    const plan = product.plans[0]?.id ?? ''
    const organization: OrganizationRecord = {
      id: newId('org', now, randomBytes),
      name: organizationName,
      externalId: null,
      plan,
      features: {},
      suspendedAt: null,
      billingContact: email,
      createdAt: now,
      updatedAt: now,
      version: 1,
    }
    await writes.insertPerson({ id: personId, name, email, operator: true, passwordHash }, now)
    await writes.insertOrganization(organization)
    const member = {
      id: newId('mbr', now, randomBytes),
      organizationId: organization.id,
      personId,
      role: 'owner',
    } as const
    await writes.insertMember({ ...member, joinedAt: now, updatedAt: now, version: 1 })
    const { id } = organization
    return {
      changed: true,
      value: organization,
      touched: [{ organizationId: id, addsSecret: false }],
      audit: [
        {
          organizationId: null,
          target: personTarget({ id: personId, name }),
          changes: { email: { after: email }, operator: { after: true } },
        },
        {
          organizationId: id,
          target: { type: 'organization', id, name: organizationName },
          changes: { name: { after: organizationName }, plan: { after: plan }, owner: { after: name } },
        },
      ],
    }
  })
}
