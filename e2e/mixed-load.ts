import { randomBytes } from 'node:crypto'
import { generateToken } from '@claviger/core'
import { expect } from 'vitest'
import { Operator } from './operator.ts'
import type { SeededRandom } from './seeded-random.ts'

const STANDING_KEYS = 60
const SOURCES = 4_096
const BATCH = 100

/** What runs until it is told to stop. */
export interface MixedLoad {
  answered: number
  stopped: boolean
}

export interface Target {
  address: string
  serviceKey: string
  /** The prefix of the product's secrets. */
  tag: string
}

/** Keys that stay for as long as the load runs. */
interface Standing {
  organization: string
  keys: { id: string; secret: string }[]
}

/**
 * Clients of every kind, each on a connection of its own: verdicts warm and cold, unknown keys from many sources, keys
 * from their creation to their deletion, lists and the audit log, refused requests. What they leave behind in the
 * database grows; what a server has to remember of it does not.
 * @returns once the load was told to stop.
 */
export async function runMixedLoad(
  target: Target,
  clients: number,
  load: MixedLoad,
  random: SeededRandom,
): Promise<void> {
  const operator = new Operator(target.address, target.serviceKey)
  const { id: organization } = await operator.createOrganization({ name: 'mixed load' })
  const standing: Standing = { organization, keys: [] }
  for (let at = 0; at < STANDING_KEYS; at++) {
    const rateLimit = at % 2 === 0 ? { limit: 1_000_000, windowSeconds: 1 } : null
    const { key, secret } = await operator.createKey(organization, { name: `standing ${at}`, rateLimit })
    standing.keys.push({ id: key.id, secret })
  }
  operator.connection.close()
  const running = Array.from({ length: clients }, async () => {
    const client = new Operator(target.address, target.serviceKey)
    while (!load.stopped) load.answered += await askSomething(client, target, standing, random)
    client.connection.close()
  })
  await Promise.all(running)
}

/** @returns how many answers and verdicts came of it. */
async function askSomething(
  client: Operator,
  target: Target,
  { organization, keys }: Standing,
  random: SeededRandom,
): Promise<number> {
  const { connection } = client
  const path = `/v1/organizations/${organization}`
  const key = random.pick(keys)
  const unknown = () => ({ key: generateToken(target.tag, randomBytes).secret.reveal(), ip: sourceOf(random) })
  const get = async (wanted: string) => expect((await connection.send(wanted)).status).toBe(200)
  const verify = async (body: object) =>
    (await connection.send<{ code: string }>('/v1/keys/verify', { method: 'POST', body })).body.code
  const choice = random.next()
  if (choice < 0.5) {
    expect(await verify({ key: key.secret, ip: sourceOf(random), client: { name: 'mixed load' } })).toBe('VALID')
    return 1
  }
  if (choice < 0.6) {
    expect(await verify(unknown())).toMatch(/UNKNOWN|RATE_LIMITED/)
    return 1
  }
  if (choice < 0.78) {
    const questions = Array.from({ length: BATCH }, (_, at) => (at % 10 > 0 ? { key: key.secret } : unknown()))
    const { status } = await connection.send('/v1/keys/verify-batch', { method: 'POST', body: { items: questions } })
    expect(status).toBe(200)
    return BATCH
  }
  if (choice < 0.82) {
    // Forgotten, so that the next verdict looks it up.
    const body = { description: `changed ${random.next()}` }
    expect((await connection.send(`${path}/keys/${key.id}`, { method: 'PATCH', body })).status).toBe(200)
    expect(await verify({ key: key.secret })).toBe('VALID')
    return 2
  }
  if (choice < 0.86) return liveOneLife(client, organization)
  if (choice < 0.9) await get(`${path}/keys?limit=50&status=active&sort=-createdAt`)
  else if (choice < 0.94) await get(`${path}/audit?limit=50`)
  else if (choice < 0.97) await get(`${path}/keys/${key.id}`)
  else expect((await connection.send(`${path}/keys/key_${random.next()}`)).status).toBeGreaterThanOrEqual(400)
  return 1
}

/** A key's whole life, asked about at every stage of it. */
async function liveOneLife(client: Operator, organization: string): Promise<number> {
  const { key, secret } = await client.createKey(organization, { name: 'short-lived' })
  expect((await client.verify(secret)).code).toBe('VALID')
  const { secret: successor } = await client.rotate(organization, key.id)
  expect((await client.verify(secret)).code).toBe('ROTATED')
  expect((await client.verify(successor)).code).toBe('VALID')
  await client.revoke(organization, key.id)
  expect((await client.verify(successor)).code).toBe('REVOKED')
  await client.remove(organization, key.id)
  for (const ended of [secret, successor]) expect((await client.verify(ended)).code).toBe('UNKNOWN')
  return 10
}

function sourceOf(random: SeededRandom): string {
  const number = Math.floor(random.between(0, SOURCES))
  return `10.${number % 16}.${Math.floor(number / 16)}.1`
}
