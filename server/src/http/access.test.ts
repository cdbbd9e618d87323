import { describe, expect, test } from 'vitest'
import { issueKey } from '../domain/issue-key.ts'
import { SERVICE_SCOPES, type ServiceScope } from '../domain/service-catalogue.ts'
import { ask, reveal, startApp } from '../testing/test-domain.ts'
import { fillPath, LEAST_BODIES } from './every-change.fixture.ts'
import { OPERATORS_ONLY, routesOf, VERDICTS } from './routes.fixture.ts'

async function start() {
  const server = await startApp()
  const organization = (await server.call('POST', '/v1/organizations', { body: { name: 'Acme' } })).body.organization
  const { key } = (await issueKey(server.domain, server.actor, organization.id, { name: 'x' })).value
  return { ...server, organization: organization.id as string, key: key.id }
}

describe('every route', () => {
  test('for service keys answers 401 without one, with rubbish, and with a customer’s key', async () => {
    const server = await start()
    const { value } = await issueKey(server.domain, server.actor, server.organization, { name: 'y', scopes: ['*'] })
    for (const { method, url, access } of routesOf(server)) {
      if (typeof access === 'string') continue
      for (const key of [null, 'rubbish', reveal(value.secret)]) {
        const answer = await server.call(method, fillPath(url, server), { key })
        expect(answer.status, `${method} ${url}`).toBe(401)
        expect(answer.body.error.code).toBe('UNAUTHORIZED')
        const challenge = key === null ? 'Bearer realm="claviger"' : 'Bearer realm="claviger", error="invalid_token"'
        expect(answer.headers['www-authenticate']).toBe(challenge)
      }
    }
  })

  test('lets a service key in exactly when it holds the scope the route declares', async () => {
    const server = await start()
    const scopes = Object.keys(SERVICE_SCOPES) as ServiceScope[]
    let refused = 0
    for (const { method, url, access } of routesOf(server)) {
      if (typeof access === 'string') continue
      for (const scope of scopes) {
        const key = await server.newServiceKey([scope])
        const { status, body } = await server.call(method, fillPath(url, server), { key })
        if (scope === access.service) {
          expect([401, 403], `${method} ${url} with ${scope}`).not.toContain(status)
        } else {
          expect(status, `${method} ${url} with ${scope}`).toBe(403)
          expect(body.error).toMatchObject({ code: 'FORBIDDEN', details: { requiredScope: access.service } })
          refused++
        }
      }
    }
    expect(refused).toBeGreaterThan(50)
  })

  test('hides another organization from a service key bound to one: 404, or 403 where only operators go', async () => {
    const server = await start()
    const foreign = (await server.call('POST', '/v1/organizations', { body: { name: 'Other' } })).body.organization.id
    const key = await server.newServiceKey(['*'], foreign)
    for (const { method, url, access } of routesOf(server)) {
      if (typeof access === 'string' || VERDICTS.includes(url)) continue
      const body = LEAST_BODIES[`${method} ${url}`]
      const options = body === undefined ? { key } : { key, body }
      const answer = await server.call(method, fillPath(url, server), options)
      const expected = url.includes(':organization') && !OPERATORS_ONLY.includes(`${method} ${url}`) ? 404 : 403
      expect(answer.status, `${method} ${url}`).toBe(expected)
    }
    const untouched = await server.call('GET', `/v1/organizations/${server.organization}/keys`)
    expect(untouched.body.items).toMatchObject([{ id: server.key, status: 'active' }])
  })

  test('refuses a revoked service key on its very next request', async () => {
    const server = await start()
    const key = await server.newServiceKey()
    expect((await server.call('GET', '/v1/organizations', { key })).status).toBe(200)
    const service = await server.services.verify(ask(key))
    if (!service.valid) throw new Error('the service key should be valid')
    const { id } = service.facts
    await server.database.transact(async (writes) => {
      const version = await writes.nextVersion('t')
      const record = await writes.key(id)
      if (!record) throw new Error('the service key should be there')
      await writes.updateKey({ ...record, revokedAt: server.clock.now() })
      await writes.recordTouched(version, 't', [{ keyId: id, addsSecret: false }])
      return { commit: true, value: version }
    })
    await server.domain.verifiers.apply({
      version: await server.database.version(),
      touched: [{ keyId: id, addsSecret: false }],
    })
    expect((await server.call('GET', '/v1/organizations', { key })).status).toBe(401)
  })
})

test('a route that does not say who may call it and what for does not start', async () => {
  const { requireDeclaredAccess } = await import('./declared-access.ts')
  expect(() => requireDeclaredAccess({ method: 'GET', url: '/open', handler: () => null })).toThrow(/does not declare/)
  const config = { access: { service: 'keys:read' } } as const
  expect(() => requireDeclaredAccess({ method: 'GET', url: '/open', config, handler: () => null })).toThrow(/action/)
})

test('only questions that need a body are asked by POST', async () => {
  const { app } = await startApp()
  const asked = app.accessOfRoutes().filter(({ method, changes }) => !changes && !['GET', 'HEAD'].includes(method))
  expect(asked.map(({ url }) => url).sort()).toEqual([...VERDICTS, '/v1/invitations/preview'].sort())
})
