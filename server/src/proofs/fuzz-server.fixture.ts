import { newId } from '@claviger/core'
import type { LightMyRequestResponse } from 'fastify'
import { invite } from '../domain/invitations.ts'
import { issueKey } from '../domain/issue-key.ts'
import { createOrganization } from '../domain/organizations.ts'
import { addPerson, Browser } from '../testing/browser.ts'
import { reveal, startApp, type TestApp } from '../testing/test-domain.ts'
import { type FuzzedRequest, fill, type Pool } from './fuzz-pool.fixture.ts'
import type { Document } from './openapi-document.fixture.ts'
import { proofProduct } from './proof-product.fixture.ts'

export interface FuzzServer extends TestApp {
  document: Document
  pool: Readonly<Pool>
  /** With a binding, and without: not in the pool by id, so that no request can end them. */
  operator: string
  bound: string
  /** A key that no request is about. */
  bystander: string
  /** Whatever no refusal may repeat. */
  secrets(): string[]
  refresh(): Promise<void>
  send(request: FuzzedRequest): Promise<LightMyRequestResponse>
}

const REFRESH_EVERY = 20

export async function startFuzzServer(): Promise<FuzzServer> {
  const server = await startApp({ product: proofProduct(false) })
  const { email } = await addPerson(server, { operator: true })
  const { domain, actor, newServiceKey, call } = server
  const found = async () => (await createOrganization(domain, actor, { name: 'fuzzed', plan: 'open' })).value.id
  const issue = async (organization: string) => {
    const { key, secret } = (await issueKey(domain, actor, organization, { name: 'fuzzed' })).value
    return { key: key.id, secret: reveal(secret) }
  }
  const join = async (organizationId: string) => {
    const person = await addPerson(server)
    const now = domain.clock.now()
    const member = newId('mbr', now, domain.randomBytes)
    await domain.database.transact(async (writes) => {
      const joined = { id: member, organizationId, personId: person.id, joinedAt: now, updatedAt: now, version: 1 }
      await writes.insertMember({ ...joined, role: 'developer' })
      return { commit: true, value: null }
    })
    const wish = { email: `of-${person.email}`, role: 'viewer' } as const
    const invitation = (await invite(domain, actor, organizationId, wish)).value.id
    return { person: person.id, member, invitation }
  }
  const renew = async (): Promise<Pool> => {
    const organization = await found()
    const minted = await call('POST', '/v1/service-keys', { body: { name: 'fuzzed', scopes: ['keys:read'] } })
    const browser = new Browser(server)
    await browser.signIn(email)
    const { cookie = '' } = browser.headers
    const people = await join(organization)
    return { organization, ...(await issue(organization)), serviceKey: minted.body.key.id, cookie, ...people }
  }
  const pool = await renew()
  const apart = await found()
  const { secret: bystander } = await issue(apart)
  const [operator, bound] = [await newServiceKey(), await newServiceKey(['*'], apart)]
  let sent = 0
  return {
    ...server,
    document: (await call('GET', '/openapi.json')).body,
    pool,
    operator,
    bound,
    bystander,
    secrets: () => [operator, bound, bystander, pool.secret],
    async refresh() {
      if (++sent % REFRESH_EVERY === 0) Object.assign(pool, await renew())
      server.clock.advance(100)
    },
    send: ({ method, url, headers, payload }) => {
      const filled = Object.entries(headers).map(([name, value]) => [name, fill(value, pool)])
      return server.app.inject({
        method,
        url: fill(url, pool),
        headers: Object.fromEntries(filled),
        ...(payload === undefined ? {} : { payload: typeof payload === 'string' ? fill(payload, pool) : payload }),
      })
    },
  }
}
