import { isDeepStrictEqual } from 'node:util'
import { expect } from 'vitest'
import {
  applyPatch,
  draftKey,
  judgeChange,
  judgeDeletion,
  judgeRotation,
  patchKey,
  Reasons,
  raise,
  revoke,
} from './model-changes.fixture.ts'
import { expectKey, ifMatch, receiptAt } from './model-server.fixture.ts'
import { further, type Stage, take } from './model-stage.fixture.ts'
import type { StepOf } from './model-steps.fixture.ts'
import { judge } from './model-verdict.fixture.ts'
import type { KeptRequest } from './model-world.fixture.ts'
import { ENVIRONMENTS, PREFIX } from './proof-product.fixture.ts'

/** From where requests come in these tests. */
const HERE = '127.0.0.1'

export async function createKey(stage: Stage, { organization: at, fields, name }: StepOf<'create'>): Promise<void> {
  const organization = stage.organization(at)
  const url = `/v1/organizations/${organization.id}/keys`
  const body = stage.bodyOf(fields)
  const kept = stage.kept(url, name)
  if (kept) return sendAgain(stage, kept, body)
  const why = new Reasons()
  why.refuse('NOT_FOUND', organization.gone)
  const draft = draftKey(stage.world, organization, fields, stage.now, further(why))
  const answer = await stage.send('POST', url, { body, headers: idempotent(url, name) }, why, 201)
  const id = answer?.body.key.id
  if (answer) {
    const { secret, sampleRequest } = answer.body
    const prefix = prefixOf(stage, secret, draft.environment)
    const key = stage.addKey(organization, id, draft, { text: secret, prefix })
    expectKey(answer.body.key, stage.world, key, stage.now)
    expect(sampleRequest).toContain(secret)
    expect(answer.headers['cache-control']).toBe('no-store')
    stage.keep(url, name, body, answer)
  }
  await stage.expectLogged(organization, answer, { action: 'key.create', target: id })
}

/** Checks the form of a new secret as well. */
function prefixOf({ world }: Stage, secret: string, environment: string | null): string {
  const tag = ENVIRONMENTS.find(({ id }) => id === environment)?.tag ?? null
  const start = tag === null ? PREFIX : `${PREFIX}_${tag}`
  expect(secret).toMatch(new RegExp(`^${start}_[0-9A-Za-z]{46}$`))
  expect(world.secrets.map(({ text }) => text)).not.toContain(secret)
  return secret.slice(0, start.length + 9)
}

export async function editKey(stage: Stage, { pick, patch, ifMatch: match }: StepOf<'edit'>): Promise<void> {
  const picked = stage.pick(pick)
  if (!picked) return
  const { key, url, why } = picked
  const { world, now } = stage
  const wanted = patchKey(world, key, patch, now, further(why))
  further(why).refuse('VERSION_CONFLICT', match === 'outdated')
  const options = { body: stage.bodyOf(patch), headers: ifMatch(match, key.version) }
  const answer = await stage.send('PATCH', url, options, why)
  const changed = answer !== null && applyPatch(world, key, wanted, now)
  if (answer) expectKey(answer.body.key, world, key, now)
  await stage.expectLogged(key.organization, changed ? answer : null, { action: 'key.edit', target: key.id })
}

export async function rotateKey(stage: Stage, { pick, graceSeconds, name }: StepOf<'rotate'>): Promise<void> {
  const picked = stage.pick(pick)
  if (!picked) return
  const { key, why } = picked
  const { world, now } = stage
  const url = `${picked.url}/rotate`
  const body = graceSeconds === null ? {} : { graceSeconds }
  const kept = stage.kept(url, name)
  if (kept) return sendAgain(stage, kept, body)
  judgeRotation(key, now, further(why))
  const answer = await stage.send('POST', url, { body, headers: idempotent(url, name) }, why)
  if (answer) {
    const { secret, sampleRequest } = answer.body
    const endsAt = Math.min(now + (graceSeconds ?? 0) * 1_000, key.expiresAt ?? Number.POSITIVE_INFINITY)
    key.old = endsAt > now ? Object.assign(key.live, { endsAt }) : null
    key.live = stage.addSecret(key, secret, prefixOf(stage, secret, key.environment))
    key.rotatedAt = now
    raise(key, now)
    expectKey(answer.body.key, world, key, now)
    expect(sampleRequest).toContain(secret)
    expect(answer.headers['cache-control']).toBe('no-store')
    stage.keep(url, name, body, answer)
  }
  await stage.expectLogged(key.organization, answer, { action: 'key.rotate', target: key.id })
}

/** Sends one of the requests that are kept once more, or another under its name. */
export async function repeatRequest(stage: Stage, { request: at, otherBody }: StepOf<'repeat'>): Promise<void> {
  const kept = stage.world.requests.filter((request) => stage.kept(request.url, request.name) === request)
  if (kept.length === 0) return
  const request = take(kept, at)
  const { body } = request
  const other = 'name' in body ? { ...body, name: 'other' } : { graceSeconds: 7 }
  await sendAgain(stage, request, otherBody ? other : body)
}

async function sendAgain(stage: Stage, kept: KeptRequest, body: Record<string, unknown>): Promise<void> {
  const { url, name } = kept
  const why = new Reasons()
  why.refuse('IDEMPOTENCY_MISMATCH', !isDeepStrictEqual(body, kept.body))
  const answer = await stage.send('POST', url, { body, headers: idempotent(url, name) }, why, kept.status)
  if (answer) {
    const { receipt: _, ...replay } = answer.body
    expect(replay).toEqual({ ...kept.answer, secret: null, sampleRequest: null, replayed: true })
  }
  for (const organization of stage.world.organizations) await stage.expectLogged(organization, null)
}

export async function changeKey(stage: Stage, { pick, to }: StepOf<'change'>): Promise<void> {
  const picked = stage.pick(pick)
  if (!picked) return
  const { key, url, why } = picked
  const { world, now } = stage
  const effect = judgeChange(world, key, to, now, further(why))
  const answer = await stage.send('POST', `${url}/${to}`, {}, why)
  if (answer && effect) {
    effect()
    raise(key, now)
  }
  if (answer) expectKey(answer.body.key, world, key, now)
  const action = `key.${to.replace('/', '.')}`
  await stage.expectLogged(key.organization, effect && answer, { action, target: key.id })
}

export async function deleteKey(stage: Stage, { pick, confirm }: StepOf<'delete'>): Promise<void> {
  const picked = stage.pick(pick)
  if (!picked) return
  const { key, url, why } = picked
  judgeDeletion(stage.world, key, confirm, stage.now, further(why))
  const answer = await stage.send('DELETE', url + (confirm ? '?confirm=in-use' : ''), {}, why)
  if (answer) {
    expect(answer.body).toEqual({ receipt: receiptAt(stage.now) })
    key.gone = true
  }
  await stage.expectLogged(key.organization, answer, { action: 'key.delete', target: key.id })
}

/** A holder ends its own key. */
export async function revokeSelf(stage: Stage, { secret: at }: StepOf<'self-revoke'>): Promise<void> {
  const { world, now } = stage
  if (world.secrets.length === 0) return
  const secret = take(world.secrets, at)
  const { key } = secret
  const asked = { scopes: [], resources: {}, organizationId: null, ip: HERE, cost: 0, boundTo: null }
  const { code } = judge(secret, asked, now)
  const why = new Reasons()
  if (code !== 'VALID') why.refuse(code === 'IP_DENIED' ? 'FORBIDDEN' : 'UNAUTHORIZED')
  const answer = await stage.send('POST', '/v1/keys/self/revoke', { key: secret.text }, why)
  if (answer) {
    revoke(key, now)
    raise(key, now)
    expect(answer.body.key).toMatchObject({ id: key.id, status: 'revoked' })
  }
  await stage.expectLogged(key.organization, answer, { action: 'key.revoke', target: key.id })
}

function idempotent(url: string, name: number | null): Record<string, string> {
  return name === null ? {} : { 'idempotency-key': `${url}#${name}` }
}
