import type {
  AuditEvent,
  Catalog,
  DeniedRequest,
  Organization,
  OrganizationChange,
  Page,
  PlanList,
  Usage,
  UsageByKey,
} from '@claviger/core'
import { has } from './answer.ts'
import { everyItem } from './pages.ts'
import { idIn, path } from './path.ts'
import type { CallOptions, Send } from './transport.ts'
import type {
  AuditQuery,
  CreateOrganizationRequest,
  Deleted,
  DenialQuery,
  EditOrganizationRequest,
  OrganizationQuery,
  UsageQuery,
} from './wire.ts'

export interface Organizations {
  create(request: CreateOrganizationRequest, options?: CallOptions): Promise<OrganizationChange>
  /** One page, newest first. */
  list(query?: OrganizationQuery, options?: CallOptions): Promise<Page<Organization>>
  /** All of them, newest first, with as many calls as it takes. */
  all(query?: OrganizationQuery, options?: CallOptions): AsyncGenerator<Organization, void, undefined>
  get(organizationId: string, options?: CallOptions): Promise<Organization>
  edit(organizationId: string, patch: EditOrganizationRequest, options?: CallOptions): Promise<OrganizationChange>
  /** Every key of the organization is refused from the moment this resolves. */
  suspend(organizationId: string, options?: CallOptions): Promise<OrganizationChange>
  resume(organizationId: string, options?: CallOptions): Promise<OrganizationChange>
  /** With all its keys. */
  delete(organizationId: string, options?: CallOptions): Promise<Deleted>
  /** All that one can be put on; for those who run the deployment. */
  plans(options?: CallOptions): Promise<PlanList>
  /** What its keys can be made of. */
  catalog(organizationId: string, options?: CallOptions): Promise<Catalog>
  /** One page of what happened in it, newest first. */
  audit(organizationId: string, query?: AuditQuery, options?: CallOptions): Promise<Page<AuditEvent>>
  /** The sum over its keys, deleted ones included. At most 1,000 buckets. */
  usage(organizationId: string, query?: UsageQuery, options?: CallOptions): Promise<Usage>
  /**
   * Of up to 100 keys in one call, deleted ones included; by the day unless the query says otherwise. At most 1,000
   * buckets of all keys together. What is no key of the organization is left out.
   */
  usageByKey(
    organizationId: string,
    keyIds: readonly string[],
    query?: UsageQuery,
    options?: CallOptions,
  ): Promise<UsageByKey>
  /** One page of refused uses of its keys, newest first: the last hundred of each key, for seven days. */
  denials(organizationId: string, query?: DenialQuery, options?: CallOptions): Promise<Page<DeniedRequest>>
}

export function createOrganizations(send: Send): Organizations {
  const organizations: Organizations = {
    create: (body, options) => send({ method: 'POST', path: '/v1/organizations', body, isAnswer: isChange }, options),

    list: (query, options) =>
      send(
        { method: 'GET', path: '/v1/organizations', query: { ...query }, isAnswer: has('items', 'nextCursor') },
        options,
      ),

    all: (query = {}, options) => everyItem(query, (request) => organizations.list(request, options)),

    get: async (organizationId, options) =>
      send({ method: 'GET', path: path`/v1/organizations/${organizationId}`, isAnswer: has('id', 'plan') }, options),

    edit: async (organizationId, body, options) =>
      send({ method: 'PATCH', path: path`/v1/organizations/${organizationId}`, body, isAnswer: isChange }, options),

    suspend: async (organizationId, options) =>
      send(
        { method: 'POST', path: path`/v1/organizations/${organizationId}/suspend`, body: {}, isAnswer: isChange },
        options,
      ),

    resume: async (organizationId, options) =>
      send(
        { method: 'POST', path: path`/v1/organizations/${organizationId}/resume`, body: {}, isAnswer: isChange },
        options,
      ),

    delete: async (organizationId, options) =>
      send({ method: 'DELETE', path: path`/v1/organizations/${organizationId}`, isAnswer: has('receipt') }, options),

    plans: (options) => send({ method: 'GET', path: '/v1/plans', isAnswer: has('items', 'gone') }, options),

    catalog: async (organizationId, options) =>
      send(
        { method: 'GET', path: path`/v1/organizations/${organizationId}/catalog`, isAnswer: has('scopes', 'plan') },
        options,
      ),

    audit: async (organizationId, query, options) =>
      send(
        {
          method: 'GET',
          path: path`/v1/organizations/${organizationId}/audit`,
          query: { ...query },
          isAnswer: has('items', 'nextCursor'),
        },
        options,
      ),

    usage: async (organizationId, query, options) =>
      send(
        {
          method: 'GET',
          path: path`/v1/organizations/${organizationId}/usage`,
          query: { ...query },
          isAnswer: has('items', 'totals'),
        },
        options,
      ),

    usageByKey: async (organizationId, keyIds, query, options) =>
      send(
        {
          method: 'GET',
          path: path`/v1/organizations/${organizationId}/usage-by-key`,
          query: { ...query, key: keyIds.map(idIn) },
          isAnswer: has('items', 'bucket'),
        },
        options,
      ),

    denials: async (organizationId, query, options) =>
      send(
        {
          method: 'GET',
          path: path`/v1/organizations/${organizationId}/denials`,
          query: { ...query },
          isAnswer: has('items', 'nextCursor'),
        },
        options,
      ),
  }
  return organizations
}

const isChange = has('organization', 'receipt')
