import type {
  KeyChange,
  KeyIssued,
  Organization,
  OrganizationChange,
  Receipt,
  VerifyAnswer,
  VerifyRequest,
} from '@claviger/core'
import { type Answer, Connection } from './connection.ts'

/** The server said that it did not do it, or that it does not know. */
export class NotDone extends Error {
  override name = 'NotDone'
  readonly status: number

  constructor(what: string, expected: number, { status, raw }: Answer<unknown>) {
    super(`${what}: expected ${expected}, got ${raw}`)
    this.status = status
  }
}

/** The operator's backend, on one connection of its own. Each call throws `NotDone` unless the server said that it is done. */
export class Operator {
  readonly connection: Connection

  constructor(address: string, serviceKey: string) {
    this.connection = new Connection(address, serviceKey)
  }

  async createOrganization(body: { name: string; plan?: string }): Promise<Organization> {
    return (await this.#done<OrganizationChange>(201, 'POST', '/v1/organizations', body)).organization
  }

  createKey(
    organization: string,
    body: { name: string; [field: string]: unknown },
  ): Promise<KeyIssued & { secret: string }> {
    return this.#done(201, 'POST', `/v1/organizations/${organization}/keys`, body)
  }

  rotate(organization: string, key: string): Promise<KeyIssued & { secret: string }> {
    return this.#done(200, 'POST', `/v1/organizations/${organization}/keys/${key}/rotate`, {})
  }

  revoke(organization: string, key: string): Promise<KeyChange> {
    return this.#done(200, 'POST', `/v1/organizations/${organization}/keys/${key}/revoke`, {})
  }

  /** Also where the key is in use and the product lets such keys be deleted. */
  remove(organization: string, key: string): Promise<{ receipt: Receipt }> {
    return this.#done(200, 'DELETE', `/v1/organizations/${organization}/keys/${key}?confirm=in-use`)
  }

  key(organization: string, key: string): Promise<KeyChange['key']> {
    return this.#done(200, 'GET', `/v1/organizations/${organization}/keys/${key}`)
  }

  verify(key: string, asked: Omit<VerifyRequest, 'key'> = {}): Promise<VerifyAnswer> {
    return this.#done(200, 'POST', '/v1/keys/verify', { key, ...asked })
  }

  async #done<T>(status: number, method: string, path: string, body?: unknown): Promise<T> {
    const answer: Answer<T> = await this.connection.send(path, body === undefined ? { method } : { method, body })
    if (answer.status === status) return answer.body
    throw new NotDone(`${method} ${path}`, status, answer)
  }
}
