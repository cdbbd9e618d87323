import type { Page, PersonChange, PersonCreated, PersonWithMemberships } from '@claviger/core'
import { has } from './answer.ts'
import { everyItem, type PageRequest } from './pages.ts'
import { path } from './path.ts'
import type { CallOptions, Send } from './transport.ts'
import type { CreatePersonRequest, Deleted } from './wire.ts'

/** Everybody who has an account; for operators. */
export interface Accounts {
  /** Without a password: a link by which they set one is mailed, or in the answer. */
  create(request: CreatePersonRequest, options?: CallOptions): Promise<PersonCreated>
  /** One page, the oldest account first. */
  list(page?: PageRequest, options?: CallOptions): Promise<Page<PersonWithMemberships>>
  all(page?: PageRequest, options?: CallOptions): AsyncGenerator<PersonWithMemberships, void, undefined>
  /** Lets somebody see and change the whole deployment, or no longer. A service key needs the scope `*` for it. */
  setOperator(personId: string, operator: boolean, options?: CallOptions): Promise<PersonChange>
  /** With all memberships. Keys that the person answers for go on working. */
  delete(personId: string, options?: CallOptions): Promise<Deleted>
}

export function createAccounts(send: Send): Accounts {
  const accounts: Accounts = {
    create: (body, options) =>
      send({ method: 'POST', path: '/v1/people', body, isAnswer: has('person', 'receipt') }, options),

    list: (page, options) =>
      send({ method: 'GET', path: '/v1/people', query: { ...page }, isAnswer: has('items', 'nextCursor') }, options),

    all: (page = {}, options) => everyItem(page, (request) => accounts.list(request, options)),

    setOperator: async (personId, operator, options) =>
      send(
        {
          method: 'PATCH',
          path: path`/v1/people/${personId}`,
          body: { operator },
          isAnswer: has('person', 'receipt'),
        },
        options,
      ),

    delete: async (personId, options) =>
      send({ method: 'DELETE', path: path`/v1/people/${personId}`, isAnswer: has('receipt') }, options),
  }
  return accounts
}
