import { createHash } from 'node:crypto'
import type { ImportedKeys } from '@claviger/core'
import type { Answer } from './connection.ts'
import { NotDone, type Operator } from './operator.ts'

const A_TIME = 1_000
const SYSTEMS = ['runner', 'backup', 'notebook', 'exporter'] as const

/** Secrets of a system that was here before; only their digests are handed over. */
const secretOf = (owner: string, at: number) => `sk_${owner.replaceAll(' ', '-')}_${String(at).padStart(20, '0')}`

/**
 * An organization with so many keys, taken over from another system a thousand at a time. The last hundred were used
 * just now, and the first hundred are revoked.
 * @returns its id.
 */
export async function createCrowd(operator: Operator, count: number, name = 'Crowd Inc'): Promise<string> {
  const { id } = await operator.createOrganization({ name, plan: 'premium' })
  for (let from = 0; from < count; from += A_TIME) {
    const items = Array.from({ length: Math.min(A_TIME, count - from) }, (_, place) => importOf(name, from + place))
    const { body } = await done<ImportedKeys>(operator, `/v1/organizations/${id}/keys/import`, { items })
    const refused = body.items.find((item) => 'error' in item)
    if (refused) throw new Error(JSON.stringify(refused))
  }
  const newest = Array.from({ length: 100 }, (_, place) => ({
    key: secretOf(name, count - 1 - place),
    ip: '203.0.113.7',
  }))
  await done(operator, '/v1/keys/verify-batch', { items: newest })
  const first = `/v1/organizations/${id}/keys?sort=createdAt&limit=100`
  const { body } = await operator.connection.send<{ items: { id: string }[] }>(first)
  for (const key of body.items) await operator.revoke(id, key.id)
  return id
}

function importOf(owner: string, at: number) {
  return {
    sha256: createHash('sha256').update(secretOf(owner, at)).digest('hex'),
    prefix: `sk_old_${String(at).padStart(5, '0')}`,
    name: `${SYSTEMS[at % SYSTEMS.length]} ${at}`,
    description: at % 3 === 0 ? `in box ${at % 97}` : null,
    environment: at % 8 < 4 ? 'production' : 'staging',
    accessLevel: at % 5 === 0 ? 'full' : 'read-only',
  }
}

async function done<T>(operator: Operator, path: string, body: object): Promise<Answer<T>> {
  const answer = await operator.connection.send<T>(path, { method: 'POST', body })
  if (answer.status !== 200) throw new NotDone(`POST ${path}`, 200, answer)
  return answer
}
