import { createOrganization, getOrganization, listOrganizations } from '../../domain/organizations.ts'
import type { Domain } from '../../domain/ports.ts'
import { actorOf } from '../access.ts'
import { readCursor, toPage } from '../cursor.ts'
import { presentOrganization } from '../present.ts'
import { changed, statusFor } from '../receipts.ts'
import {
  CreateOrganizationBody,
  OrganizationChangeShape,
  OrganizationPath,
  OrganizationShape,
  PageQuery,
  pageOf,
} from '../schemas.ts'
import type { App } from '../type-provider.ts'

export function registerOrganizations(app: App, domain: Domain): void {
  const { features } = domain.product
  const present = (organization: Parameters<typeof presentOrganization>[0]) =>
    presentOrganization(organization, features)

  app.post(
    '/v1/organizations',
    {
      config: { access: { service: 'organizations:write' } },
      schema: {
        tags: ['organizations'],
        summary: 'Create an organization',
        body: CreateOrganizationBody,
        response: changed(201, OrganizationChangeShape),
      },
    },
    async (request, reply) => {
      const { value, receipt } = await createOrganization(domain, actorOf(request), request.body)
      reply.code(statusFor(receipt, 201))
      return { organization: present(value), receipt }
    },
  )

  app.get(
    '/v1/organizations',
    {
      config: { access: { service: 'organizations:read' } },
      schema: {
        tags: ['organizations'],
        summary: 'List organizations, newest first',
        querystring: PageQuery,
        response: { 200: pageOf(OrganizationShape) },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query
      const page = { limit: limit + 1, after: readCursor(cursor) }
      return toPage(await listOrganizations(domain, actorOf(request), page), limit, present)
    },
  )

  app.get(
    '/v1/organizations/:organization',
    {
      config: { access: { service: 'organizations:read' } },
      schema: {
        tags: ['organizations'],
        summary: 'See an organization',
        params: OrganizationPath,
        response: { 200: OrganizationShape },
      },
    },
    async (request) => present(await getOrganization(domain, actorOf(request), request.params.organization)),
  )
}
