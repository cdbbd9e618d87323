import { expect } from 'vitest'
import { startWithOrganization } from './organization.fixture.ts'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

/** A key to be used, and what can then be read about it. */
export async function startWithUsedKey() {
  const server = await startWithOrganization()
  const { call, base, create, clock } = server
  const { key, secret } = await create()
  const of = `${base}/keys/${key.id}`
  const get = async (path: string) => {
    const { status, body } = await call('GET', path)
    expect(status, JSON.stringify(body)).toBe(200)
    return body
  }
  const iso = (ms: number) => new Date(ms).toISOString()
  return { ...server, key, secret, of, get, iso, now: () => iso(clock.now()) }
}
