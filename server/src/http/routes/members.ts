import { changeRole, listMembers, removeMember } from '../../domain/members.ts'
import type { Domain } from '../../domain/ports.ts'
import { actorOf } from '../access.ts'
import { versionOf } from '../conditions.ts'
import { readCursor, toPage, writeCursor } from '../cursor.ts'
import { presentMember, summarizeKey } from '../present-members.ts'
import { changed, statusFor } from '../receipts.ts'
import { MemberChangeShape, MemberPath, MemberRemovedShape, MemberShape, RoleBody } from '../schemas/members.ts'
import { OrganizationPath, PageQuery, pageOf } from '../schemas/parts.ts'
import type { App } from '../type-provider.ts'

/** Who belongs to an organization, and as what. */
export function registerMembers(app: App, domain: Domain): void {
  app.get(
    '/v1/organizations/:organization/members',
    {
      config: { access: { service: 'members:read' }, action: 'member.list' },
      schema: {
        tags: ['people'],
        summary: 'List members, by when they joined',
        params: OrganizationPath,
        querystring: PageQuery,
        response: { 200: pageOf(MemberShape) },
      },
    },
    async (request) => {
      const { organization } = request.params
      const { limit, cursor } = request.query
      const scan = ['members', organization]
      const after = readCursor(scan, cursor)?.[1] ?? null
      const found = await listMembers(domain, actorOf(request), organization, { limit: limit + 1, after })
      return toPage(found, limit, presentMember, ({ id }) => writeCursor(scan, [null, id]))
    },
  )

  app.patch(
    '/v1/organizations/:organization/members/:member',
    {
      config: { access: { service: 'members:write' }, action: 'member.role', versioned: true },
      schema: {
        tags: ['people'],
        summary: 'Give a member another role',
        description: 'Nobody gives or takes away a role above their own, and an organization keeps an owner.',
        consumes: ['application/json', 'application/merge-patch+json'],
        params: MemberPath,
        body: RoleBody,
        response: changed(200, MemberChangeShape),
      },
    },
    async (request, reply) => {
      const { organization, member } = request.params
      const { role } = request.body
      const change = await changeRole(domain, actorOf(request), organization, member, role, versionOf(request))
      reply.code(statusFor(change.receipt, 200))
      return { member: presentMember(change.value), receipt: change.receipt }
    },
  )

  app.delete(
    '/v1/organizations/:organization/members/:member',
    {
      // Whoever is a member may leave; it takes the right to change members to remove somebody else.
      config: { access: { service: 'members:write', right: 'members:read' }, action: 'member.remove' },
      schema: {
        tags: ['people'],
        summary: 'Remove a member, or leave',
        description: 'It is over for them at once. The keys that they answer for go on working, and are in the answer.',
        params: MemberPath,
        response: changed(200, MemberRemovedShape),
      },
    },
    async (request, reply) => {
      const { organization, member } = request.params
      const { value, receipt } = await removeMember(domain, actorOf(request), organization, member)
      reply.code(statusFor(receipt, 200))
      return { keys: value.map((key) => summarizeKey(key, domain.clock.now())), receipt }
    },
  )
}
