import { ERROR_CODES, type ErrorCode } from '@claviger/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { verifyChains } from '../domain/audit.ts'
import { ask } from '../testing/test-domain.ts'
import type { FuzzedRequest } from './fuzz-pool.fixture.ts'
import { fuzzOf } from './fuzz-requests.fixture.ts'
import { type FuzzServer, startFuzzServer } from './fuzz-server.fixture.ts'

/**
 * Requests made of the OpenAPI document, from almost right to rubbish, on every route. CLAVIGER_PROOF_RUNS: twenty
 * times as many, new ones each time; without it the same hundreds. CLAVIGER_PROOF_SEED: one that was printed.
 */
const LONG = process.env.CLAVIGER_PROOF_RUNS
const RUNS = LONG === undefined ? 900 : Number(LONG) * 20
const SEED = process.env.CLAVIGER_PROOF_SEED ?? (LONG === undefined ? '20261121' : undefined)
const LIMIT_MS = 120_000 + RUNS * 50

test('no request is answered with a fault, without the envelope, or with a secret in a refusal', {
  timeout: LIMIT_MS,
}, async () => {
  const server = await startFuzzServer()
  const seen = new Map<number, number>()
  const property = fc.asyncProperty(fuzzOf(server), async (request) => {
    await server.refresh()
    const answer = await server.send(request)
    seen.set(answer.statusCode, (seen.get(answer.statusCode) ?? 0) + 1)
    expectProper(answer, request, server.secrets())
  })
  await fc.assert(property, {
    numRuns: RUNS,
    interruptAfterTimeLimit: LIMIT_MS - 20_000,
    markInterruptAsFailure: true,
    ...(SEED === undefined ? {} : { seed: Number(SEED) }),
  })
  // It does not stop at the door: every kind of answer was there.
  for (const status of [200, 201, 400, 401, 404, 409, 415]) expect([...seen.keys()], 'statuses seen').toContain(status)

  expect(await server.customers.verify(ask(server.bystander))).toMatchObject({ code: 'VALID' })
  expect((await server.call('GET', '/readyz')).status).toBe(200)
  for (const chain of await verifyChains(server.database, server.domain.serverKey)) {
    expect(chain, chain.chain).toMatchObject({ intact: true })
  }
})

type Sent = Awaited<ReturnType<FuzzServer['send']>>

function expectProper(
  { statusCode, headers, body }: Sent,
  { method }: FuzzedRequest,
  secrets: readonly string[],
): void {
  expect(statusCode).toBeLessThan(500)
  expect(headers['content-type']).toBe('application/json; charset=utf-8')
  expect(headers['x-request-id']).toMatch(/^req_/)
  expect(headers['x-content-type-options']).toBe('nosniff')
  if (method === 'HEAD') return
  const answer = JSON.parse(body)
  if (statusCode < 400) return
  expect(answer).toEqual({
    error: {
      code: expect.any(String),
      message: expect.any(String),
      details: expect.any(Object),
      requestId: headers['x-request-id'],
    },
  })
  expect(ERROR_CODES[answer.error.code as ErrorCode]?.status).toBe(statusCode)
  expect(answer.error.message).not.toMatch(/match (?:pattern|format)/)
  const told = JSON.stringify([body, headers])
  expect(secrets.filter((secret) => told.includes(secret))).toEqual([])
}
