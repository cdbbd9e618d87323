import { expect } from 'vitest'
import type { Answer, CallOptions } from '../testing/test-domain.ts'
import { Reasons } from './model-changes.fixture.ts'
import { ExpectedRefusals } from './model-refusals.fixture.ts'
import {
  expectEvents,
  expectRefused,
  type Method,
  type ProofServer,
  receiptAt,
  tellExchange,
} from './model-server.fixture.ts'
import type { Pick } from './model-steps.fixture.ts'
import type { KeptRequest, ModelKey, ModelOrganization, ModelSecret, World } from './model-world.fixture.ts'

const IDEMPOTENT_MS = 24 * 3_600_000

/** Where one sequence takes place: the server, what it should hold, and all that was said so far. */
export class Stage {
  readonly server: ProofServer
  readonly world: World
  /** Told apart from every other sequence on the same server. */
  readonly number: number
  readonly refusals = new ExpectedRefusals()
  readonly #said: string[] = []

  constructor(server: ProofServer) {
    this.server = server
    this.number = server.sequences++
    const { deleteRequiresRevoke, me } = server
    this.world = { deleteRequiresRevoke, me, organizations: [], keys: [], secrets: [], requests: [] }
  }

  get now(): number {
    return this.server.clock.now()
  }

  /** For whoever has to understand a failure. */
  get trace(): string {
    return this.#said.join('\n')
  }

  async ask(method: Method, url: string, options: CallOptions = {}): Promise<Answer> {
    const answer = await this.server.call(method, url, options)
    this.#said.push(tellExchange(this.now, method, url, options, answer))
    expect(answer.headers['x-request-id']).toMatch(/^req_/)
    this.refusals.note(this.world, method, url, options.key ?? undefined, answer)
    return answer
  }

  /** Sends a change and, where it must be refused, sees it refused. @returns null for a refusal. */
  async send(
    method: 'POST' | 'PATCH' | 'DELETE',
    url: string,
    options: CallOptions,
    why: Reasons,
    status = 200,
  ): Promise<Answer | null> {
    const answer = await this.ask(method, url, options)
    if (expectRefused(answer, why)) return null
    expect(answer.status).toBe(status)
    expect(answer.body.receipt).toEqual(receiptAt(this.now))
    return answer
  }

  /** The log of the organization tells of the change just answered; null: of none. */
  async expectLogged(
    organization: ModelOrganization,
    answer: Answer | null,
    ...events: { action: string; target: string }[]
  ): Promise<void> {
    await expectEvents(this.server, organization, answer ? events : [], answer?.headers['x-request-id'])
  }

  organization(at: number): ModelOrganization {
    return take(this.world.organizations, at)
  }

  /** @returns with the key the path at which it is spoken of, and the reasons why it cannot be; null: there is no key. */
  pick({ key: at, buried, astray }: Pick): { key: ModelKey; url: string; why: Reasons } | null {
    const { keys, organizations } = this.world
    const present = keys.filter((key) => !key.gone)
    const choice = buried || present.length === 0 ? keys : present
    if (choice.length === 0) return null
    const key = take(choice, at)
    const other = organizations.find((organization) => organization !== key.organization)
    return { key, ...this.address(key, astray && other ? other : key.organization) }
  }

  address(key: ModelKey, under = key.organization): { url: string; why: Reasons } {
    const why = new Reasons()
    why.refuse('NOT_FOUND', key.gone || under.gone || under !== key.organization)
    return { url: `/v1/organizations/${under.id}/keys/${key.id}`, why }
  }

  addKey(
    organization: ModelOrganization,
    id: string,
    draft: Omit<ModelKey, 'id' | 'organization' | 'live' | 'old'>,
    { text, prefix }: { text: string; prefix: string },
  ): ModelKey {
    const key = { id, organization, ...draft, old: null } as Omit<ModelKey, 'live'> as ModelKey
    key.live = this.addSecret(key, text, prefix)
    this.world.keys.push(key)
    return key
  }

  addSecret(key: ModelKey, text: string, prefix: string): ModelSecret {
    const secret: ModelSecret = { key, text, prefix, endsAt: null, lastUsedAt: null }
    this.world.secrets.push(secret)
    return secret
  }

  /** @returns the request of this name, while its answer is kept. */
  kept(url: string, name: number | null): KeptRequest | null {
    const request = this.world.requests.findLast((one) => one.url === url && one.name === name)
    return request && this.now - request.at <= IDEMPOTENT_MS ? request : null
  }

  /** Remembers the answer to a request that may be sent again. */
  keep(url: string, name: number | null, body: Record<string, unknown>, answer: Answer): void {
    if (name === null) return
    const { receipt: _, ...kept } = answer.body
    this.world.requests.push({ url, name, body, at: this.now, status: answer.status, answer: kept })
  }

  /** A body as it is sent: an expiry is a moment there. */
  bodyOf({ expiresInMs, ...rest }: { expiresInMs?: number | null }): Record<string, unknown> {
    if (expiresInMs === undefined) return rest
    return { ...rest, expiresAt: expiresInMs === null ? null : new Date(this.now + expiresInMs).toISOString() }
  }

  /** Every use so far is in the database. */
  async settle(): Promise<void> {
    await this.server.usage.flush()
    for (const key of this.world.keys) key.unsettled = false
  }
}

/** Of something that is not there, nothing more may be told: the reasons that follow count only if it is. */
export function further(why: Reasons): Reasons {
  return why.against.has('NOT_FOUND') ? new Reasons() : why
}

export function take<T>(list: readonly T[], at: number): T {
  const item = list[at % list.length]
  if (item === undefined) throw new Error('nothing to take from')
  return item
}
