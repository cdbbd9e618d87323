import { describe, expect, test } from 'vitest'
import { operationsOf } from '../proofs/openapi-document.fixture.ts'
import { startWithOrganization as start } from './organization.fixture.ts'
import { spellingProblem } from './schemas/spellings.ts'

type Part = Record<string, unknown>

/** Every part of the schemas that requests are checked by. */
async function partsOfRequests(): Promise<Part[]> {
  const { app } = await start()
  const document = (await app.inject('/openapi.json')).json()
  const asked = operationsOf(document).map(({ operation: { parameters = [], requestBody } }) => [
    // Headers are read by hand.
    parameters.filter((parameter) => parameter.in !== 'header'),
    requestBody,
  ])
  return partsOf(asked)
}

function partsOf(value: unknown): Part[] {
  if (typeof value !== 'object' || value === null) return []
  return [value as Part, ...Object.values(value).flatMap(partsOf)]
}

describe('what is not spelt as it has to be', () => {
  test('is told in words, wherever requests are checked by a pattern', async () => {
    const patterns = (await partsOfRequests()).flatMap(({ pattern }) => (typeof pattern === 'string' ? [pattern] : []))
    expect(new Set(patterns).size).toBeGreaterThan(5)
    for (const pattern of patterns) expect(spellingProblem(pattern), pattern).toMatch(/^must /)
  })

  test.each([
    [
      'POST',
      '/invitations',
      { email: 'a@b', role: 'viewer' },
      'email',
      'must be an e-mail address, like ada@example.com',
    ],
    ['POST', '/keys', { name: 'a', expiresAt: 'tomorrow' }, 'expiresAt', 'must be a time, like 2027-01-31T12:00:00Z'],
    ['POST', '/keys', { name: 'a', scopes: [''] }, 'scopes.0', 'must not be empty'],
    ['POST', '/keys', { name: 'a'.repeat(101) }, 'name', 'must have at most 100 characters'],
    ['PATCH', '', { name: '   ' }, 'name', 'must hold at least one visible character'],
    ['GET', '/audit?action=Everything', undefined, 'action', 'must be an action like key.revoke'],
  ])('reads on from its field: %s %s %j', async (method, path, body, field, problem) => {
    const { call, base } = await start()
    const answer = await call(method as 'POST', `${base}${path}`, body === undefined ? {} : { body })
    expect([answer.status, answer.body.error.code]).toEqual([400, 'VALIDATION_FAILED'])
    expect(answer.body.error.details[field]?.[0]).toContain(problem)
    expect(JSON.stringify(answer.body)).not.toMatch(/pattern|format|NOT/)
  })
})

describe('a name', () => {
  test('of anything has to be visible', async () => {
    const names = (await partsOfRequests()).flatMap(({ properties }) => {
      const { name, userAgent } = (properties ?? {}) as Record<string, Part>
      // What a program calls itself is no name that somebody gave.
      return name && !userAgent ? [name] : []
    })
    expect(names.length).toBeGreaterThan(8)
    for (const name of names) expect(name).toMatchObject({ format: 'name', maxLength: 100 })
  })

  test.each(['', '   ', '\u200b\u200b', '\u2060', '\u202e\u0007'])(
    'of nothing to see (%j) is refused',
    async (name) => {
      const { call, base, create } = await start()
      const { key } = await create()
      const imported = { items: [{ name, sha256: '0'.repeat(64) }] }
      for (const [method, url, body, field = 'name'] of [
        ['POST', '/v1/organizations', { name }],
        ['PATCH', base, { name }],
        ['POST', `${base}/keys`, { name }],
        ['PATCH', `${base}/keys/${key.id}`, { name }],
        ['POST', `${base}/keys/import`, imported, 'items.0.name'],
        ['POST', '/v1/service-keys', { name }],
        ['POST', '/v1/people', { name, email: 'ada@example.com' }],
      ] as const) {
        const answer = await call(method, url, { body })
        expect([answer.status, answer.body.error?.code], `${method} ${url}`).toEqual([400, 'VALIDATION_FAILED'])
        expect(answer.body.error.details).toEqual({ [field]: ['must hold at least one visible character'] })
      }
    },
  )

  test.each(['👩🏽‍🚀', 'مفتاح الفوترة', 'می\u200cخواهم', 'क्\u200dष'])(
    'of any script and with joiners (%s) stays as it is',
    async (name) => {
      const { create } = await start()
      expect((await create({ name })).key).toMatchObject({ name })
    },
  )
})
