import { setTimeout as sleep } from 'node:timers/promises'
import type { SecretLookup } from '../domain/ports.ts'
import { type Answer, startApp, type TestApp, type TestOptions } from '../testing/test-domain.ts'
import { proofProduct } from './proof-product.fixture.ts'

/** A server with one organization, and short ways to ask it many things at once. */
export interface RaceTrack extends TestApp {
  organization: string
  /** Where its keys are. */
  keys: string
  /** @throws where the key is not made. */
  create(input?: object): Promise<{ id: string; url: string; secret: string }>
  /** @returns the code of the verdict. */
  verify(secret: string, more?: object): Promise<string>
  change(url: string, body?: object, headers?: Record<string, string>): Promise<Answer>
}

export interface TrackOptions extends Omit<TestOptions, 'product'> {
  plan?: string
  deleteRequiresRevoke?: boolean
}

export async function startTrack({ plan = 'open', deleteRequiresRevoke = true, ...options }: TrackOptions = {}) {
  const app = await startApp({ product: proofProduct(deleteRequiresRevoke), ...options })
  const { organization } = (await app.call('POST', '/v1/organizations', { body: { name: 'Acme', plan } })).body
  const keys = `/v1/organizations/${organization.id}/keys`
  const track: RaceTrack = {
    ...app,
    organization: `/v1/organizations/${organization.id}`,
    keys,
    async create(input = {}) {
      const { status, body } = await app.call('POST', keys, { body: { name: 'k', ...input } })
      if (status !== 201) throw new Error(`no key was made: ${JSON.stringify(body)}`)
      return { id: body.key.id, url: `${keys}/${body.key.id}`, secret: body.secret }
    },
    async verify(key, more = {}) {
      const { status, body } = await app.call('POST', '/v1/keys/verify', { body: { key, ...more } })
      return status === 200 ? body.code : `${status} ${body.error.code}`
    },
    change: (url, body = {}, headers = {}) => app.call('POST', url, { body, headers }),
  }
  return track
}

/** Begins all of them before the first can end. */
export function atOnce<T>(times: number, act: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => act(index)))
}

/** How often each outcome came, by its code, or by its status where it has none. */
export function tally(outcomes: readonly (Answer | string)[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) {
    const name = typeof outcome === 'string' ? outcome : (outcome.body.error?.code ?? String(outcome.status))
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

/** Answers of the database that arrive late, and not in the order they were asked for. */
export function lateLookup(real: SecretLookup): SecretLookup {
  return {
    async load(digests) {
      await sleep(Math.random() * 3)
      const loaded = await real.load(digests)
      await sleep(Math.random() * 6)
      return loaded
    },
  }
}

/** In a random order, so that no place in the queue is always the same one's. */
export function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
