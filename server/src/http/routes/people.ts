import { sealResetLink } from '../../domain/passwords.ts'
import { createPerson, deletePerson, listPeople, setOperator } from '../../domain/people.ts'
import type { Domain } from '../../domain/ports.ts'
import { actorOf } from '../access.ts'
import { repeatableActorOf } from '../conditions.ts'
import { readCursor, toPage, writeCursor } from '../cursor.ts'
import { presentPersonAndPlaces } from '../present-members.ts'
import { presentPerson } from '../present-people.ts'
import { changed, statusFor } from '../receipts.ts'
import {
  CreatePersonBody,
  EditPersonBody,
  PersonChangeShape,
  PersonCreatedShape,
  PersonPath,
  PersonWithMembershipsShape,
} from '../schemas/members.ts'
import { DeletedShape, PageQuery, pageOf } from '../schemas/parts.ts'
import type { App } from '../type-provider.ts'

/** Everybody who has an account here; for operators. */
export function registerPeople(app: App, domain: Domain, publicUrl: () => string): void {
  app.get(
    '/v1/people',
    {
      config: { access: { service: 'members:read' }, action: 'person.list' },
      schema: {
        tags: ['people'],
        summary: 'List everybody who has an account, the oldest account first',
        querystring: PageQuery,
        response: { 200: pageOf(PersonWithMembershipsShape) },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query
      const after = readCursor('people', cursor)?.[1] ?? null
      const found = await listPeople(domain, actorOf(request), { limit: limit + 1, after })
      return toPage(found, limit, presentPersonAndPlaces, ({ person }) => writeCursor('people', [null, person.id]))
    },
  )

  app.post(
    '/v1/people',
    {
      config: { access: { service: 'members:write' }, action: 'person.create', repeatable: true },
      schema: {
        tags: ['people'],
        summary: 'Make an account, whose holder sets a password by a link',
        description: 'A service key needs the scope `*` to make an operator.',
        body: CreatePersonBody,
        response: changed(201, PersonCreatedShape),
      },
    },
    async (request, reply) => {
      const { value, receipt, replayed } = await createPerson(domain, repeatableActorOf(request), request.body)
      reply.code(statusFor(receipt, 201)).header('cache-control', 'no-store')
      const token = domain.mail.enabled || replayed ? null : await sealResetLink(domain, value.id)
      const link = token && `${publicUrl()}/reset-password#${token}`
      return { person: presentPerson(value), link, receipt, ...(replayed ? { replayed } : {}) }
    },
  )

  app.patch(
    '/v1/people/:person',
    {
      config: { access: { service: 'members:write' }, action: 'person.operator' },
      schema: {
        tags: ['people'],
        summary: 'Make somebody an operator, or no operator any more',
        description: 'A service key needs the scope `*` for it.',
        consumes: ['application/json', 'application/merge-patch+json'],
        params: PersonPath,
        body: EditPersonBody,
        response: changed(200, PersonChangeShape),
      },
    },
    async (request, reply) => {
      const { person } = request.params
      const { value, receipt } = await setOperator(domain, actorOf(request), person, request.body.operator)
      reply.code(statusFor(receipt, 200))
      return { person: presentPerson(value), receipt }
    },
  )

  app.delete(
    '/v1/people/:person',
    {
      config: { access: { service: 'members:write' }, action: 'person.delete' },
      schema: {
        tags: ['people'],
        summary: 'Remove an account and its memberships',
        params: PersonPath,
        response: changed(200, DeletedShape),
      },
    },
    async (request, reply) => {
      const { receipt } = await deletePerson(domain, actorOf(request), request.params.person)
      reply.code(statusFor(receipt, 200))
      return { receipt }
    },
  )
}
