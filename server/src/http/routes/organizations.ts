import type { Receipt } from '@claviger/core'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { Changed } from '../../domain/change.ts'
import {
  createOrganization,
  deleteOrganization,
  editOrganization,
  getOrganization,
  listOrganizations,
  resumeOrganization,
  suspendOrganization,
} from '../../domain/organizations.ts'
import type { Domain } from '../../domain/ports.ts'
import type { OrganizationRecord } from '../../domain/records.ts'
import { actorOf } from '../access.ts'
import { repeatableActorOf, versionOf } from '../conditions.ts'
import { readCursor, toPage, writeCursor } from '../cursor.ts'
import { presentCatalog, presentOrganization } from '../present.ts'
import { changed, statusFor } from '../receipts.ts'
import {
  CatalogShape,
  CreateOrganizationBody,
  EditOrganizationBody,
  OrganizationChangeShape,
  OrganizationShape,
  OrganizationsQuery,
} from '../schemas/organizations.ts'
import { DeletedShape, OrganizationPath, pageOf, strict } from '../schemas/parts.ts'
import type { App } from '../type-provider.ts'

const reads = (action: string) => ({ access: { service: 'organizations:read' }, action }) as const
const changes = (action: string) => ({ access: { service: 'organizations:write' }, action }) as const

export function registerOrganizations(app: App, domain: Domain): void {
  const { product } = domain
  const present = (organization: OrganizationRecord) => presentOrganization(organization, product)

  const send = ({ value, receipt, replayed }: Changed<OrganizationRecord>, reply: FastifyReply, status: 200 | 201) => {
    reply.code(statusFor(receipt, status))
    return { organization: present(value), receipt, ...(replayed ? { replayed } : {}) }
  }

  app.post(
    '/v1/organizations',
    {
      config: { ...changes('organization.create'), repeatable: true },
      schema: {
        tags: ['organizations'],
        summary: 'Create an organization',
        body: CreateOrganizationBody,
        response: changed(201, OrganizationChangeShape),
      },
    },
    async (request, reply) =>
      send(await createOrganization(domain, repeatableActorOf(request), request.body), reply, 201),
  )

  app.get(
    '/v1/organizations',
    {
      config: reads('organization.list'),
      schema: {
        tags: ['organizations'],
        summary: 'List organizations, newest first',
        querystring: OrganizationsQuery,
        response: { 200: pageOf(OrganizationShape) },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query
      const place = readCursor(filter, cursor)
      const page = { limit: limit + 1, after: place?.[1] ?? null, ...filter }
      const found = await listOrganizations(domain, actorOf(request), page)
      return toPage(found, limit, present, ({ id }) => writeCursor(filter, [null, id]))
    },
  )

  app.get(
    '/v1/organizations/:organization',
    {
      config: reads('organization.read'),
      schema: {
        tags: ['organizations'],
        summary: 'See an organization',
        params: OrganizationPath,
        response: { 200: OrganizationShape },
      },
    },
    async (request) => present(await getOrganization(domain, actorOf(request), request.params.organization)),
  )

  app.get(
    '/v1/organizations/:organization/catalog',
    {
      config: { access: { service: 'keys:read' }, action: 'organization.catalog' },
      schema: {
        tags: ['organizations'],
        summary: 'What keys of this organization can be made of',
        params: OrganizationPath,
        response: { 200: CatalogShape },
      },
    },
    async (request) =>
      presentCatalog(product, await getOrganization(domain, actorOf(request), request.params.organization)),
  )

  app.patch(
    '/v1/organizations/:organization',
    {
      config: { ...changes('organization.edit'), versioned: true },
      schema: {
        tags: ['organizations'],
        summary: 'Change name, plan, billing contact, external id or features',
        description: 'Owners change the name, the billing contact, and the plan to one of self-service.',
        consumes: ['application/json', 'application/merge-patch+json'],
        params: OrganizationPath,
        body: EditOrganizationBody,
        response: changed(200, OrganizationChangeShape),
      },
    },
    async (request, reply) => {
      const { organization } = request.params
      return send(
        await editOrganization(domain, actorOf(request), organization, request.body, versionOf(request)),
        reply,
        200,
      )
    },
  )

  const switches = {
    suspend: ['Refuse every key of an organization', suspendOrganization],
    resume: ['Let the keys of a suspended organization pass again', resumeOrganization],
  } as const
  for (const [path, [summary, change]] of Object.entries(switches)) {
    app.post(
      `/v1/organizations/:organization/${path}`,
      {
        config: { ...changes(`organization.${path}`), bodyOptional: true },
        schema: {
          tags: ['organizations'],
          summary,
          params: OrganizationPath,
          body: Type.Object({}, strict),
          response: changed(200, OrganizationChangeShape),
        },
      },
      async (request, reply) => send(await change(domain, actorOf(request), request.params.organization), reply, 200),
    )
  }

  app.delete(
    '/v1/organizations/:organization',
    {
      config: changes('organization.delete'),
      schema: {
        tags: ['organizations'],
        summary: 'Remove an organization with all its keys',
        params: OrganizationPath,
        response: changed(200, DeletedShape),
      },
    },
    async (request, reply): Promise<{ receipt: Receipt }> => {
      const { receipt } = await deleteOrganization(domain, actorOf(request), request.params.organization)
      reply.code(statusFor(receipt, 200))
      return { receipt }
    },
  )
}
