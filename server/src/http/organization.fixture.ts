import { expect } from 'vitest'
import { loadProduct } from '../product/load.ts'
import { PROFILES, startApp, type TestOptions } from '../testing/test-domain.ts'

export const STANDARD = loadProduct('default', { profilesDir: PROFILES })

/** A server with one organization, and the calls that most tests of its keys make. */
export async function startWithOrganization(options: TestOptions = {}) {
  const server = await startApp(options)
  const { call } = server
  const { organization } = (await call('POST', '/v1/organizations', { body: { name: 'Acme' } })).body
  const base = `/v1/organizations/${organization.id}`
  const create = async (input: object = {}) => {
    const answer = await call('POST', `${base}/keys`, { body: { name: 'ci', ...input } })
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return answer.body as { key: { id: string; version: number; prefix: string }; secret: string }
  }
  const verdict = async (key: string, more: object = {}) =>
    (await call('POST', '/v1/keys/verify', { body: { key, ...more } })).body
  const code = async (key: string, more: object = {}) => (await verdict(key, more)).code as string
  return { ...server, organization, base, create, verdict, code }
}
