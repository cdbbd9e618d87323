import { expect } from 'vitest'
import type { Answer } from '../testing/test-domain.ts'
import { applyToOrganization, patchOrganization, Reasons } from './model-changes.fixture.ts'
import { expectRefused, ifMatch } from './model-server.fixture.ts'
import { further, type Stage } from './model-stage.fixture.ts'
import type { StepOf } from './model-steps.fixture.ts'
import { type ModelOrganization, viewOrganization } from './model-world.fixture.ts'
import { PLANS } from './proof-product.fixture.ts'

export async function foundOrganization(stage: Stage, { plan }: { plan: string | null }): Promise<void> {
  const { organizations } = stage.world
  const why = new Reasons()
  why.refuse('VALIDATION_FAILED', plan !== null && !(plan in PLANS))
  const body = { name: `organization ${organizations.length}`, ...(plan !== null && { plan }) }
  const answer = await stage.send('POST', '/v1/organizations', { body }, why, 201)
  if (!answer) return
  const organization: ModelOrganization = {
    id: answer.body.organization.id,
    name: body.name,
    externalId: null,
    plan: plan ?? Object.keys(PLANS)[0] ?? '',
    features: {},
    suspendedAt: null,
    createdAt: stage.now,
    version: 1,
    gone: false,
    asker: null,
    sequence: 0,
  }
  organizations.push(organization)
  expect(answer.body.organization).toEqual(viewOrganization(organization))
  await stage.expectLogged(organization, answer, { action: 'organization.create', target: organization.id })
}

export async function reorganize(stage: Stage, step: StepOf<'reorganize'>): Promise<void> {
  const organization = stage.organization(step.organization)
  const why = absence(organization)
  const wanted = patchOrganization(organization, step.patch, further(why))
  further(why).refuse('VERSION_CONFLICT', step.ifMatch === 'outdated')
  const options = { body: step.patch, headers: ifMatch(step.ifMatch, organization.version) }
  const answer = await stage.send('PATCH', `/v1/organizations/${organization.id}`, options, why)
  await expectChanged(stage, organization, answer, 'organization.edit', wanted)
}

export async function suspend(stage: Stage, organization: ModelOrganization, to: 'suspend' | 'resume'): Promise<void> {
  const answer = await stage.send('POST', `/v1/organizations/${organization.id}/${to}`, {}, absence(organization))
  const suspendedAt = to === 'resume' ? null : (organization.suspendedAt ?? stage.now)
  await expectChanged(stage, organization, answer, `organization.${to}`, { suspendedAt })
}

async function expectChanged(
  stage: Stage,
  organization: ModelOrganization,
  answer: Answer | null,
  action: string,
  wanted: Partial<ModelOrganization>,
): Promise<void> {
  const changed = answer !== null && applyToOrganization(organization, wanted)
  if (answer) expect(answer.body.organization).toEqual(viewOrganization(organization))
  await stage.expectLogged(organization, changed ? answer : null, { action, target: organization.id })
}

export async function dissolve(stage: Stage, organization: ModelOrganization): Promise<void> {
  const answer = await stage.send('DELETE', `/v1/organizations/${organization.id}`, {}, absence(organization))
  if (answer) {
    organization.gone = true
    for (const key of stage.world.keys) if (key.organization === organization) key.gone = true
  }
  // Its own log stays as it was; the deployment's tells of its end.
  await stage.expectLogged(organization, null)
}

export async function lookAt(stage: Stage, organization: ModelOrganization): Promise<void> {
  const answer = await stage.ask('GET', `/v1/organizations/${organization.id}`)
  if (!expectRefused(answer, absence(organization))) expect(answer.body).toEqual(viewOrganization(organization))
}

function absence({ gone }: ModelOrganization): Reasons {
  const why = new Reasons()
  why.refuse('NOT_FOUND', gone)
  return why
}
