import { expect } from 'vitest'
import type { Answer } from '../testing/test-domain.ts'
import { Reasons } from './model-changes.fixture.ts'
import { mayPrecede, select } from './model-list.fixture.ts'
import { expectKey, expectRefused } from './model-server.fixture.ts'
import { type Stage, take } from './model-stage.fixture.ts'
import type { Listing, Oddity, Question } from './model-steps.fixture.ts'
import { judge, viewVerified } from './model-verdict.fixture.ts'
import type { ModelKey, ModelOrganization, ModelSecret } from './model-world.fixture.ts'
import { SCOPES } from './proof-product.fixture.ts'

export async function seeKey(stage: Stage, picked: { key: ModelKey; url: string; why: Reasons } | null): Promise<void> {
  if (!picked) return
  await stage.settle()
  const answer = await stage.ask('GET', picked.url)
  if (!expectRefused(answer, picked.why)) expectKey(answer.body, stage.world, picked.key, stage.now)
}

/** Reads a list from its first page to its last. */
export async function listKeys(stage: Stage, organization: ModelOrganization, listing: Listing): Promise<void> {
  await stage.settle()
  const { world, now } = stage
  const expected = select(world, organization, listing, now)
  const why = new Reasons()
  why.refuse('NOT_FOUND', organization.gone)
  why.refuse('UNKNOWN_SCOPE', expected === null)
  const query = queryOf(stage, listing)
  const shown: { id: string }[] = []
  let cursor: string | null = null
  do {
    if (cursor !== null) query.set('cursor', cursor)
    const answer: Answer = await stage.ask('GET', `/v1/organizations/${organization.id}/keys?${query}`)
    if (expectRefused(answer, why)) return
    const { items, counts, nextCursor } = answer.body
    expect(counts).toEqual(expected?.counts)
    expect(items.length).toBeLessThanOrEqual(listing.limit)
    if (nextCursor !== null) expect(items, 'a page before the last is full').toHaveLength(listing.limit)
    shown.push(...items)
    cursor = nextCursor
    expect(shown.length, 'a list ends').toBeLessThanOrEqual(world.keys.length)
  } while (cursor !== null)
  expect(shown.map(({ id }) => id).sort()).toEqual(expected?.ids.sort())
  const keys = shown.map(({ id }) => world.keys.find((key) => key.id === id) as ModelKey)
  for (const [at, key] of keys.entries()) {
    expectKey(shown[at], world, key, now)
    const next = keys[at + 1]
    if (next) expect(mayPrecede(key, next, listing.sort), `${key.name} before ${next.name}`).toBe(true)
  }
}

function queryOf(
  { world, now }: Stage,
  { statuses, unusedForMs, expiresWithinMs, createdBy, limit, ...plain }: Listing,
): URLSearchParams {
  const query = new URLSearchParams(statuses.map((status): [string, string] => ['status', status]))
  for (const [field, value] of Object.entries(plain)) query.set(field, value)
  query.set('limit', String(limit))
  if (createdBy !== undefined) query.set('createdBy', createdBy === 'me' ? (world.me.id ?? '') : 'key_nobody')
  if (unusedForMs !== undefined) query.set('unusedSince', new Date(now - unusedForMs).toISOString())
  if (expiresWithinMs !== undefined) query.set('expiresBefore', new Date(now + expiresWithinMs).toISOString())
  return query
}

export async function verify(stage: Stage, question: Question): Promise<void> {
  const { secrets } = stage.world
  if (typeof question.secret === 'string') return ask(stage, question.secret, question)
  const newest = secrets.length - 1
  if (newest >= 0) await ask(stage, take(secrets, newest - (question.secret % secrets.length)), question)
}

/** Asks about a secret, or about something else that is sent as a key. */
export async function ask(stage: Stage, secret: ModelSecret | Oddity, question: Question): Promise<void> {
  const { world, server } = stage
  const { scopes = [], resources = {}, ip = null, cost = 1 } = question
  const own = typeof secret === 'string' ? null : secret.key.organization
  const other = world.organizations.find((organization) => organization !== own) ?? null
  const named = question.organization && (question.organization === 'own' ? own : other)
  const asker = await askerFor(stage, question.asker === 'unbound' ? null : question.asker === 'own' ? own : other)
  const { secret: _, asker: __, organization: ___, ...plain } = question
  const key = typeof secret === 'string' ? server.oddities[secret] : secret.text
  const body = { key, ...plain, ...(named && { organizationId: named.id }) }
  const answer = await stage.ask('POST', '/v1/keys/verify', asker ? { body, key: asker.secret } : { body })
  const why = new Reasons()
  if (asker?.organization.gone || (asker && asker.organization.suspendedAt !== null)) why.refuse('UNAUTHORIZED')
  else why.refuse('UNKNOWN_SCOPE', !scopes.every((scope) => scope in SCOPES))
  if (expectRefused(answer, why)) return
  expect(answer.status).toBe(200)
  const boundTo = asker?.organization.id ?? null
  const asked = { scopes, resources, organizationId: named?.id ?? null, ip, cost, boundTo }
  const expected =
    typeof secret === 'string' ? { code: codeOfOddity(secret, server.imported) } : judge(secret, asked, stage.now)
  const requestId = answer.headers['x-request-id']
  if (expected.code === 'VALID' && typeof secret !== 'string') {
    expect(answer.body).toEqual({ valid: true, ...expected, key: viewVerified(secret.key), requestId })
  } else {
    expect(answer.body).toEqual({ valid: false, code: expected.code, message: expect.any(String), requestId })
  }
}

/** What never was a key's secret here is unknown where it could be one, and malformed where it cannot. */
function codeOfOddity(oddity: Oddity, imported: boolean): string {
  if (oddity === 'unissued') return 'UNKNOWN'
  const couldBeImported = oddity === 'foreign' || oddity === 'service'
  return couldBeImported && imported ? 'UNKNOWN' : 'MALFORMED'
}

/** A service key bound to the organization; null: there is none, and an unbound one asks. */
async function askerFor(stage: Stage, organization: ModelOrganization | null) {
  if (!organization) return null
  if (organization.asker === null && !organization.gone) {
    // What was logged until now; its own making is the next.
    await stage.expectLogged(organization, null)
    organization.asker = await stage.server.newServiceKey(['keys:verify'], organization.id)
    organization.sequence++
  }
  return organization.asker === null ? null : { organization, secret: organization.asker }
}

/** Asks about so many other keys that the memory forgets all it knew. */
export async function askCrowd({ server }: Stage): Promise<void> {
  for (const key of server.crowd) {
    const { body } = await server.call('POST', '/v1/keys/verify', { body: { key, cost: 0 } })
    expect(body.code).toBe('VALID')
  }
}
