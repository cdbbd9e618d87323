import type { Organization, OrganizationChange, Page } from '@claviger/core'
import { has } from './answer.ts'
import { everyItem, type PageRequest } from './pages.ts'
import { path } from './path.ts'
import type { CallOptions, Send } from './transport.ts'
import type { CreateOrganizationRequest } from './wire.ts'

export interface Organizations {
  create(request: CreateOrganizationRequest, options?: CallOptions): Promise<OrganizationChange>
  /** One page, newest first. */
  list(page?: PageRequest, options?: CallOptions): Promise<Page<Organization>>
  /** All of them, newest first, with as many calls as it takes. */
  all(page?: PageRequest, options?: CallOptions): AsyncGenerator<Organization, void, undefined>
  get(organizationId: string, options?: CallOptions): Promise<Organization>
}

export function createOrganizations(send: Send): Organizations {
  const organizations: Organizations = {
    create: (body, options) =>
      send({ method: 'POST', path: '/v1/organizations', body, isAnswer: has('organization', 'receipt') }, options),

    list: (page, options) =>
      send(
        { method: 'GET', path: '/v1/organizations', query: { ...page }, isAnswer: has('items', 'nextCursor') },
        options,
      ),

    all: (page = {}, options) => everyItem(page, (request) => organizations.list(request, options)),

    get: async (organizationId, options) =>
      send({ method: 'GET', path: path`/v1/organizations/${organizationId}`, isAnswer: has('id', 'plan') }, options),
  }
  return organizations
}
