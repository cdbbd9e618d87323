import { randomBytes } from 'node:crypto'
import { generateToken } from '@claviger/core'
import { describe, expect, test } from 'vitest'
import { issueKey } from '../domain/issue-key.ts'
import type { KeyRecord } from '../domain/records.ts'
import { revokeServiceKey } from '../domain/service-keys.ts'
import { type Answer, ask, reveal, startApp, type TestApp } from '../testing/test-domain.ts'
import { fillPath, LEAST_BODIES } from './every-change.fixture.ts'
import { type Route, routesOf, VERDICTS } from './routes.fixture.ts'

async function start() {
  const server = await startApp({ bounds: { address: { atOnce: 10_000, everyMs: 1 } } })
  const found = async (name: string) =>
    (await server.call('POST', '/v1/organizations', { body: { name } })).body.organization.id as string
  const organization = await found('Acme')
  const other = await found('Other')
  const issue = async (where: string) =>
    (await issueKey(server.domain, server.actor, where, { name: 'x', scopes: ['*'] })).value
  return { ...server, organization, other, ours: await issue(organization), theirs: await issue(other) }
}

/** Routes for service keys, each with the scope that it declares. */
function guarded(server: TestApp) {
  return routesOf(server).flatMap((route) =>
    typeof route.access === 'object'
      ? [{ ...route, scope: route.access.service, name: `${route.method} ${route.url}` }]
      : [],
  )
}

/** With a body that the route takes, so that a refusal is about who asks. */
function send(
  server: TestApp,
  { method, url }: Route,
  key: string | null,
  organization: string,
  id: string,
): Promise<Answer> {
  const body = LEAST_BODIES[`${method} ${url}`]
  return server.call(method, fillPath(url, { organization, key: id }), body === undefined ? { key } : { key, body })
}

/** Everything of an answer but what differs between any two. */
function seen({ status, headers, body }: Answer) {
  const { 'x-request-id': requestId, date: _, ...others } = headers
  return { status, headers: others, body: JSON.stringify(body).replaceAll(String(requestId), '…') }
}

/** Changes a service key's record in a way that no route offers. */
async function alter(server: TestApp, secret: string, change: Partial<KeyRecord>): Promise<void> {
  const verdict = await server.services.verify(ask(secret))
  if (!verdict.valid) throw new Error('it should be valid before')
  const { id } = verdict.facts
  const touched = [{ keyId: id, addsSecret: false }]
  const version = await server.database.transact(async (writes) => {
    const next = await writes.nextVersion(id)
    const record = await writes.key(id)
    if (!record) throw new Error('it should be there')
    await writes.updateKey({ ...record, ...change })
    await writes.recordTouched(next, id, touched)
    return { commit: true, value: next }
  })
  await server.domain.verifiers.apply({ version: version as number, touched })
}

describe('every route for service keys', () => {
  test('opens to its own scope in any form, and to no other in any form', async () => {
    const server = await start()
    const keys = new Map<string, Promise<string>>()
    const holding = (scope: string) => {
      const key = keys.get(scope) ?? server.newServiceKey([scope])
      keys.set(scope, key)
      return key
    }
    const resources = ['keys', 'organizations', 'audit', 'service-keys', 'usage']
    for (const { method, url, scope, name } of guarded(server)) {
      const [resource] = scope.split(':')
      const attempt = async (key: string) =>
        (await server.call(method, fillPath(url, { organization: 'org_none', key: 'key_none' }), { key })).status
      for (const wide of [`${resource}:*`, '*'])
        expect([401, 403], name).not.toContain(await attempt(await holding(wide)))
      for (const foreign of resources.filter((each) => each !== resource)) {
        expect(await attempt(await holding(`${foreign}:*`)), `${name} with ${foreign}:*`).toBe(403)
      }
    }
  })

  test('says the same to whoever has no service key that works, whatever is wrong with it', async () => {
    const server = await start()
    const revoked = await server.newServiceKey()
    const verdict = await server.services.verify(ask(revoked))
    await revokeServiceKey(server.domain, server.actor, verdict.facts?.id ?? '', {})
    const [expired, disabled, suspended] = await Promise.all([
      server.newServiceKey(),
      server.newServiceKey(),
      server.newServiceKey(['*'], server.other),
    ])
    await alter(server, expired, { expiresAt: server.clock.now() - 1 })
    await alter(server, disabled, { disabledAt: server.clock.now() })
    await server.call('POST', `/v1/organizations/${server.other}/suspend`)
    const working = await server.newServiceKey()
    const wrong = {
      rubbish: 'rubbish',
      'a wrong checksum': working.slice(0, -1) + (working.endsWith('0') ? '1' : '0'),
      'never issued': reveal(generateToken('clv', randomBytes).secret),
      'a customer’s key': reveal(server.ours.secret),
      revoked,
      expired,
      disabled,
      'of a suspended organization': suspended,
    }
    for (const route of guarded(server)) {
      const answers = Object.entries(wrong).map(async ([what, key]) => ({
        what,
        ...seen(await send(server, route, key, server.organization, server.ours.key.id)),
      }))
      const [first, ...others] = await Promise.all(answers)
      expect(first, route.name).toMatchObject({ status: 401 })
      for (const other of others) expect({ ...other, what: first?.what }, `${route.name}: ${other.what}`).toEqual(first)
      const none = await send(server, route, null, server.organization, server.ours.key.id)
      expect([none.status, none.body.error.code], route.name).toEqual([401, 'UNAUTHORIZED'])
      const head = await server.app.inject({
        method: 'HEAD',
        url: fillPath(route.url, { organization: server.organization, key: server.ours.key.id }),
      })
      expect([401, 404], `HEAD ${route.url}`).toContain(head.statusCode)
    }
  })

  test('answers 404 for a key of another organization, whichever of the two ids is foreign, and 404 alike for none', async () => {
    const server = await start()
    const { organization, other, ours, theirs } = server
    const everything = await server.newServiceKey()
    const bound = await server.newServiceKey(['*'], organization)
    const missing = { organization: 'org_0000000000000000000000', key: 'key_0000000000000000000000' }
    let tried = 0
    for (const route of guarded(server).filter(({ url }) => url.includes(':organization') && url.includes(':key'))) {
      const pairs = [
        [organization, theirs.key.id],
        [organization, missing.key],
        [missing.organization, ours.key.id],
      ] as const
      const unbound = await Promise.all(pairs.map(([at, id]) => send(server, route, everything, at, id)))
      const answers = await Promise.all(
        [...pairs, [other, theirs.key.id] as const, [other, ours.key.id] as const].map(([at, id]) =>
          send(server, route, bound, at, id),
        ),
      )
      for (const answer of [...unbound, ...answers]) {
        expect([answer.status, answer.body.error.code], route.name).toEqual([404, 'NOT_FOUND'])
      }
      expect(new Set(answers.slice(0, 2).map((answer) => seen(answer).body)).size, route.name).toBe(1)
      tried++
    }
    expect(tried).toBeGreaterThan(10)
    for (const key of [ours, theirs])
      expect(await server.customers.verify(ask(key.secret))).toMatchObject({ code: 'VALID' })
  })

  test('treats a key bound to another organization as one that knows nothing of this one, in verdicts too', async () => {
    const server = await start()
    const bound = await server.newServiceKey(['*'], server.other)
    const key = reveal(server.ours.secret)
    const bodies = [{ key }, { items: [{ key }] }, { token: key }]
    for (const [at, url] of VERDICTS.entries()) {
      const { status, body } = await server.call('POST', url, { key: bound, body: bodies[at] })
      expect(status).toBe(200)
      expect(JSON.stringify(body)).toMatch(/"UNKNOWN"|"active":false/)
      expect(JSON.stringify(body)).not.toContain(server.organization)
    }
  })
})
