import {
  type ApiKey,
  type AuditEvent,
  type Catalog,
  type CreateKeyRequest,
  DENIALS,
  type ErrorEnvelope,
  type KeyChange,
  type KeyIssued,
  type KeyList,
  type Organization,
  type OrganizationChange,
  type Page,
  type VerdictCode,
  type VerifyAnswer,
  type VerifyRequest,
} from '@claviger/core'
import { loadProduct } from '../../server/src/product/load.ts'
import { PROFILES, startApp, type TestClock } from '../../server/src/testing/test-domain.ts'
import { type Answer, Connection, type Sending } from '../connection.ts'
import { createServiceKey, startServer } from '../running-server.ts'

export type Issued = KeyIssued & { secret: string; sampleRequest: string }

export interface Refusal {
  status: number
  code: string
  message: string
  details: Record<string, unknown>
}

/** A vendor's server, as the vendor's backend and the holders of its customers' keys reach it. */
export class Deployment {
  readonly address: string
  readonly #backend: Connection

  constructor(address: string, serviceKey: string) {
    this.address = address
    this.#backend = new Connection(address, serviceKey)
  }

  async newCustomer(plan?: string): Promise<Customer> {
    const body = { name: 'Acme', ...(plan === undefined ? {} : { plan }) }
    const { organization } = await this.call<OrganizationChange>('POST', '/v1/organizations', body)
    return new Customer(this, organization.id)
  }

  /** The same server through the eyes of a backend that has a service key of its own. */
  async withServiceKey(name: string, scopes: string[]): Promise<Deployment> {
    const { secret } = await this.call<{ secret: string }>('POST', '/v1/service-keys', { name, scopes })
    return new Deployment(this.address, secret)
  }

  verify(secret: string, more: Omit<VerifyRequest, 'key'> = {}): Promise<VerifyAnswer> {
    return this.call('POST', '/v1/keys/verify', { key: secret, ...more })
  }

  async verdict(secret: string, more: Omit<VerifyRequest, 'key'> = {}): Promise<VerdictCode> {
    return (await this.verify(secret, more)).code
  }

  /** A request that the holder of a key makes with it, and with nothing else. */
  async asHolder(secret: string | null, header: 'authorization' | 'x-api-key' = 'authorization') {
    const value = header === 'authorization' ? `Bearer ${secret}` : `${secret}`
    const connection = new Connection(this.address)
    try {
      return await connection.send<ApiKey & ErrorEnvelope>('/v1/keys/self', {
        headers: secret === null ? {} : { [header]: value },
      })
    } finally {
      connection.close()
    }
  }

  send<T>(path: string, sending: Sending): Promise<Answer<T>> {
    return this.#backend.send(path, sending)
  }

  /** @throws Error unless it was done, with the whole answer. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.send<T>(path, { method, body })
    if (answer.status < 300) return answer.body
    throw new Error(`${method} ${path}: ${answer.raw}`)
  }

  /** @throws Error unless it was refused, and in the one form that every error has. */
  async refusal(method: string, path: string, body?: unknown): Promise<Refusal> {
    return refusalOf(await this.send<ErrorEnvelope>(path, { method, body }))
  }
}

/** One organization among a vendor's customers; `keys` are managed as its admin asks for. */
export class Customer {
  readonly id: string
  readonly #deployment: Deployment
  readonly #path: string

  constructor(deployment: Deployment, id: string) {
    this.id = id
    this.#deployment = deployment
    this.#path = `/v1/organizations/${id}`
  }

  /** The same organization, managed by another backend. */
  through(deployment: Deployment): Customer {
    return new Customer(deployment, this.id)
  }

  create(body: CreateKeyRequest): Promise<Issued> {
    return this.#call('POST', '/keys', body)
  }

  key(id: string): Promise<ApiKey> {
    return this.#call('GET', `/keys/${id}`)
  }

  list(query = ''): Promise<KeyList> {
    return this.#call('GET', `/keys${query}`)
  }

  async names(query: string): Promise<string[]> {
    return (await this.list(query)).items.map(({ name }) => name).sort()
  }

  edit(id: string, patch: object): Promise<KeyChange> {
    return this.#call('PATCH', `/keys/${id}`, patch)
  }

  rotate(id: string, body: { graceSeconds?: number } = {}): Promise<Issued> {
    return this.#call('POST', `/keys/${id}/rotate`, body)
  }

  revoke(id: string, why: { reason?: string; note?: string } = {}): Promise<KeyChange> {
    return this.#call('POST', `/keys/${id}/revoke`, why)
  }

  remove(id: string, query = ''): Promise<Pick<KeyChange, 'receipt'>> {
    return this.#call('DELETE', `/keys/${id}${query}`)
  }

  catalog(): Promise<Catalog> {
    return this.#call('GET', '/catalog')
  }

  /** Newest first: of one key, or of everything. */
  async log(key?: string): Promise<AuditEvent[]> {
    return (await this.#call<Page<AuditEvent>>('GET', key === undefined ? '/audit' : `/keys/${key}/audit`)).items
  }

  /** What only the vendor can change: plan and features. */
  async change(patch: { plan?: string; features?: Record<string, boolean> }): Promise<Organization> {
    return (await this.#call<OrganizationChange>('PATCH', '', patch)).organization
  }

  /** @param path below the organization. */
  refusal(method: string, path: string, body?: unknown): Promise<Refusal> {
    return this.#deployment.refusal(method, `${this.#path}${path}`, body)
  }

  #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.#deployment.call(method, `${this.#path}${path}`, body)
  }
}

export function refusalOf({ status, headers, body, raw }: Answer<ErrorEnvelope>): Refusal {
  const { code, message, details, requestId } = body?.error ?? {}
  const isEnvelope = JSON.stringify(body) === JSON.stringify({ error: { code, message, details, requestId } })
  if (status >= 400 && isEnvelope && message && details && requestId === headers['x-request-id']) {
    return { status, code: code ?? '', message, details }
  }
  throw new Error(`no refusal in the one form of errors: ${raw}`)
}

/** What a vendor's API answers the holder of a key after this verdict. */
export function towardHolder(code: VerdictCode): 200 | 401 | 403 | 429 {
  return code === 'VALID' ? 200 : DENIALS[code].outward
}

/** The server as it is shipped, in a process of its own that ends with the tests of the file. */
export async function startDeployment(profile: string): Promise<Deployment> {
  const server = await startServer({ profile })
  const { secret } = await createServiceKey(server.dataDir, { profile })
  return new Deployment(server.address, secret)
}

export interface TimedDeployment {
  deployment: Deployment
  clock: TestClock
  /** Writes down what was used up to now instead of waiting for it. */
  flush(): Promise<void>
}

/** The same parts in this process, for one test that lets days pass. */
export async function startTimedDeployment(profile: string): Promise<TimedDeployment> {
  const { app, clock, usage, newServiceKey } = await startApp({
    product: loadProduct(profile, { profilesDir: PROFILES }),
  })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  return { deployment: new Deployment(address, await newServiceKey()), clock, flush: () => usage.flush() }
}
