import { expect, test } from 'vitest'
import { expectClearFailure } from './command-failure.ts'
import { Operator } from './operator.ts'
import { createServiceKey, runClaviger, startServer, temporaryDirectory } from './running-server.ts'

const profile = 'visitly'

test('a second server on the same data directory stops with one clear line, and the first goes on', async () => {
  const first = await startServer({ profile })
  const operator = await first.createOperator()
  const { id: organization } = await operator.createOrganization({ name: 'shared' })
  const { secret } = await operator.createKey(organization, { name: 'kept' })

  const second = await runClaviger(['serve', '--port', '0', '--data-dir', first.dataDir, '--profile', profile])
  expectClearFailure(second, /another Claviger runs on .*--data-dir/)
  expect(second.stderr).toContain(first.dataDir)

  expect((await operator.verify(secret)).code).toBe('VALID')
  expect((await operator.createKey(organization, { name: 'later' })).receipt).toBeDefined()
  expect((await first.stop()).code).toBe(0)
})

test('a data directory is free again at once, however its server ended', async () => {
  let server = await startServer({ profile })
  const operator = await server.createOperator()
  const { id: organization } = await operator.createOrganization({ name: 'kept' })
  const { secret } = await operator.createKey(organization, { name: 'kept' })
  const serviceKey = await server.createServiceKey()
  for (const end of ['SIGKILL', 'SIGTERM', 'SIGINT'] as const) {
    server.signal(end)
    const { code, signal } = await server.ended
    expect({ code, signal }).toEqual(end === 'SIGKILL' ? { code: null, signal: end } : { code: 0, signal: null })
    server = await server.startAgain()
    expect((await new Operator(server.address, serviceKey).verify(secret)).code).toBe('VALID')
  }
})

test('a service key made beside a running server works at once, with the scopes and the organization it was made for', async () => {
  const server = await startServer({ profile })
  const operator = await server.createOperator()
  const { id: own } = await operator.createOrganization({ name: 'own' })
  const { id: other } = await operator.createOrganization({ name: 'other' })
  const { secret } = await operator.createKey(other, { name: 'of the other' })

  const made = await createServiceKey(server.dataDir, { profile }, '--org', own, '--scopes', 'keys:verify,keys:read')
  const bound = new Operator(server.address, made.secret)
  const statusOf = async (path: string, method = 'GET', body?: unknown) =>
    (await bound.connection.send(path, { method, body })).status
  expect(await statusOf(`/v1/organizations/${own}/keys`)).toBe(200)
  expect(await statusOf(`/v1/organizations/${own}/keys`, 'POST', { name: 'beyond its scopes' })).toBe(403)
  expect(await statusOf(`/v1/organizations/${other}/keys`)).toBe(404)
  expect(await statusOf('/v1/organizations')).toBe(403)
  expect((await bound.verify(secret)).code).toBe('UNKNOWN')
  // The server notices that somebody else wrote, and its own changes go on in one order with it.
  expect((await operator.revoke(other, (await operator.createKey(other, { name: 'x' })).key.id)).key.status).toBe(
    'revoked',
  )
})

test('two commands that both find an empty directory agree on one server key', async () => {
  const dataDir = temporaryDirectory()
  const settled = await Promise.allSettled([1, 2, 3].map(() => createServiceKey(dataDir, { profile })))
  const made = settled.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.secret] : []))
  // One of them may be told that another is just setting the directory up.
  for (const outcome of settled) {
    if (outcome.status === 'rejected') expect(outcome.reason.message).toMatch(/error: another Claviger runs on/)
  }
  expect(made).not.toEqual([])
  const server = await startServer({ dataDir, profile })
  for (const secret of made) {
    expect((await new Operator(server.address, secret).connection.send('/v1/organizations')).status).toBe(200)
  }
})
