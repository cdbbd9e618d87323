import { type ActorRef, generateToken } from '@claviger/core'
import { expect } from 'vitest'
import { verifyChain } from '../domain/audit.ts'
import { type Answer, type CallOptions, reveal, startApp, type TestApp } from '../testing/test-domain.ts'
import type { Reasons } from './model-changes.fixture.ts'
import type { IfMatch, Oddity } from './model-steps.fixture.ts'
import { type ModelKey, type ModelOrganization, viewKey, type World } from './model-world.fixture.ts'
import { PREFIX, proofProduct } from './proof-product.fixture.ts'

/** So few that every sequence forgets something on the way and has to look it up again. */
const TINY = { maxSecrets: 5, maxAbsent: 2 }
const CROWD = 6

export interface ProofServer extends TestApp {
  /** Who asks for everything, as the server shows it. */
  me: ActorRef
  deleteRequiresRevoke: boolean
  /** Of keys that have no part in any sequence: asking about them makes the memory forget the others. */
  crowd: string[]
  oddities: Readonly<Record<Oddity, string>>
  /** Carried from sequence to sequence, since it is the whole deployment's. */
  imported: boolean
  sequences: number
}

export async function startProofServer(deleteRequiresRevoke: boolean): Promise<ProofServer> {
  const app = await startApp({ product: proofProduct(deleteRequiresRevoke), memory: TINY })
  const { randomBytes } = app.domain
  const unissued = reveal(generateToken(PREFIX, randomBytes).secret)
  const { organization } = (await app.call('POST', '/v1/organizations', { body: { name: 'crowd', plan: 'open' } })).body
  const crowd: string[] = []
  let me: ActorRef | undefined
  for (let at = 0; at < CROWD; at++) {
    const { body } = await app.call('POST', `/v1/organizations/${organization.id}/keys`, {
      body: { name: 'one of many' },
    })
    crowd.push(body.secret)
    me ??= body.key.createdBy as ActorRef
  }
  return {
    ...app,
    me: me as ActorRef,
    deleteRequiresRevoke,
    crowd,
    oddities: {
      empty: '',
      short: '1234567',
      oversized: 'x'.repeat(513),
      foreign: 'never-imported-anywhere',
      unprintable: 'ключ-ключ-ключ',
      forged: unissued.slice(0, -1) + (unissued.endsWith('0') ? '1' : '0'),
      unissued,
      service: await app.newServiceKey(['keys:verify']),
    },
    imported: false,
    sequences: 0,
  }
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** What was sent and what came of it, in one line. */
export function tellExchange(now: number, method: Method, url: string, sent: CallOptions, answer: Answer): string {
  const { body = null, headers = {} } = sent
  const said = answer.body?.error?.code ?? answer.body?.code ?? ''
  const [asked, with_] = [body, headers].map((part) => JSON.stringify(part))
  return `${new Date(now).toISOString()} ${method} ${url} ${asked} ${with_} → ${answer.status} ${said}`
}

/** @returns true where the answer must be, and is, one of the refusals. */
export function expectRefused(answer: Answer, { against, doubtful }: Reasons): boolean {
  const code = answer.body?.error?.code
  if (against.size === 0 && (code === undefined || !doubtful.has(code))) {
    expect(answer.body, 'must not be refused').not.toHaveProperty('error')
    return false
  }
  expect([...against, ...doubtful], `must be refused, but the answer is ${JSON.stringify(answer.body)}`).toContain(code)
  expect(answer.status).toBe(STATUSES[code])
  expect(answer.body).toEqual({
    error: {
      code,
      message: expect.any(String),
      details: expect.any(Object),
      requestId: answer.headers['x-request-id'],
    },
  })
  return true
}

const STATUSES: Readonly<Record<string, number>> = {
  VALIDATION_FAILED: 400,
  UNKNOWN_SCOPE: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  SCOPE_EXCEEDS_GRANTOR: 403,
  NOT_FOUND: 404,
  KEY_NOT_REVOKED: 409,
  KEY_REVOKED: 409,
  KEY_EXPIRED: 409,
  KEY_PENDING: 409,
  KEY_NOT_PENDING: 409,
  KEY_LIMIT_REACHED: 409,
  KEY_IN_USE: 409,
  KEY_EXISTS: 409,
  ROTATION_NOT_IN_PROGRESS: 409,
  VERSION_CONFLICT: 409,
  IDEMPOTENCY_MISMATCH: 422,
}

export function receiptAt(now: number) {
  return { effectiveAt: new Date(now).toISOString(), verifiers: 1 }
}

const ANYTHING = expect.toSatisfy(() => true)

/** @param settled whether every use is in the database by now. */
export function expectKey(shown: unknown, world: World, key: ModelKey, now: number, settled = !key.unsettled): void {
  const expected = viewKey(world, key, now)
  const { previousSecret } = expected
  const used = settled
    ? // Used from two places in one millisecond, it was last used from either.
      key.lastUsedIps.length > 1 && { lastUsedIp: expect.toSatisfy((ip) => key.lastUsedIps.includes(ip)) }
    : {
        lastUsedAt: ANYTHING,
        lastUsedIp: ANYTHING,
        previousSecret: previousSecret && { ...previousSecret, lastUsedAt: ANYTHING },
      }
  expect(shown).toEqual({ ...expected, ...used })
}

/** The organization's log has these events more than before, and none else that tells of a change that was made. */
export async function expectEvents(
  { database }: ProofServer,
  organization: ModelOrganization,
  expected: readonly { action: string; target: string }[],
  requestId: unknown,
): Promise<void> {
  const found = await database.events(organization.id, organization.sequence + 1, 500)
  organization.sequence += found.length
  const changes = found.filter(({ outcome }) => outcome === 'success')
  expect(changes.map(({ action, target }) => ({ action, target: target.id }))).toEqual(expected)
  for (const event of changes) expect(event.requestId).toBe(requestId)
}

export async function expectIntactChains({ database, domain }: ProofServer, chains: readonly string[]): Promise<void> {
  for (const chain of chains) {
    expect(await verifyChain(database, domain.serverKey, chain), chain).toMatchObject({ intact: true })
  }
}

export function ifMatch(match: IfMatch, version: number): Record<string, string> {
  const given = { absent: null, current: `"${version}"`, outdated: `"${version + 1}"`, any: '*' }[match]
  return given === null ? {} : { 'if-match': given }
}
