import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { Changed } from '../../domain/change.ts'
import { invitationToken } from '../../domain/invitation-links.ts'
import { invite, listInvitations, resendInvitation, revokeInvitation } from '../../domain/invitations.ts'
import type { InvitationRecord } from '../../domain/people-records.ts'
import type { Domain } from '../../domain/ports.ts'
import { actorOf } from '../access.ts'
import { repeatableActorOf } from '../conditions.ts'
import { readCursor, toPage, writeCursor } from '../cursor.ts'
import { presentInvitation } from '../present-members.ts'
import { changed, statusFor } from '../receipts.ts'
import {
  InvitationChangeShape,
  InvitationPath,
  InvitationSentShape,
  InvitationShape,
  InviteBody,
} from '../schemas/members.ts'
import { OrganizationPath, PageQuery, pageOf, strict } from '../schemas/parts.ts'
import type { App } from '../type-provider.ts'

const changes = (action: string) => ({ access: { service: 'members:write' }, action }) as const

/** Who is asked in. */
export function registerInvitations(app: App, domain: Domain, publicUrl: () => string): void {
  const present = (invitation: InvitationRecord) => presentInvitation(invitation, domain.clock.now())

  /** The link is told where nobody mails it, and once. */
  const sendSent = (
    { value, receipt, replayed }: Changed<InvitationRecord>,
    reply: FastifyReply,
    status: 200 | 201,
  ) => {
    reply.code(statusFor(receipt, status)).header('cache-control', 'no-store')
    const silent = domain.mail.enabled || replayed
    const link = silent ? null : `${publicUrl()}/invite#${invitationToken(domain.serverKey, value)}`
    return { invitation: present(value), link, receipt, ...(replayed ? { replayed } : {}) }
  }

  app.get(
    '/v1/organizations/:organization/invitations',
    {
      config: { access: { service: 'members:read' }, action: 'invitation.list' },
      schema: {
        tags: ['people'],
        summary: 'List invitations, newest first',
        params: OrganizationPath,
        querystring: PageQuery,
        response: { 200: pageOf(InvitationShape) },
      },
    },
    async (request) => {
      const { organization } = request.params
      const { limit, cursor } = request.query
      const scan = ['invitations', organization]
      const after = readCursor(scan, cursor)?.[1] ?? null
      const found = await listInvitations(domain, actorOf(request), organization, { limit: limit + 1, after })
      return toPage(found, limit, present, ({ id }) => writeCursor(scan, [null, id]))
    },
  )

  app.post(
    '/v1/organizations/:organization/invitations',
    {
      config: { ...changes('invitation.create'), repeatable: true },
      schema: {
        tags: ['people'],
        summary: 'Invite somebody; it is open for seven days',
        description: 'An address has one open invitation at most: this one ends the one before.',
        params: OrganizationPath,
        body: InviteBody,
        response: changed(201, InvitationSentShape),
      },
    },
    async (request, reply) =>
      sendSent(await invite(domain, repeatableActorOf(request), request.params.organization, request.body), reply, 201),
  )

  app.post(
    '/v1/organizations/:organization/invitations/:invitation/resend',
    {
      config: { ...changes('invitation.resend'), bodyOptional: true },
      schema: {
        tags: ['people'],
        summary: 'Send an invitation again, for another seven days',
        description: 'The links sent before are over.',
        params: InvitationPath,
        body: Type.Object({}, strict),
        response: changed(200, InvitationSentShape),
      },
    },
    async (request, reply) => {
      const { organization, invitation } = request.params
      return sendSent(await resendInvitation(domain, actorOf(request), organization, invitation), reply, 200)
    },
  )

  app.delete(
    '/v1/organizations/:organization/invitations/:invitation',
    {
      config: changes('invitation.revoke'),
      schema: {
        tags: ['people'],
        summary: 'Take an invitation back',
        params: InvitationPath,
        response: changed(200, InvitationChangeShape),
      },
    },
    async (request, reply) => {
      const { organization, invitation } = request.params
      const { value, receipt } = await revokeInvitation(domain, actorOf(request), organization, invitation)
      reply.code(statusFor(receipt, 200))
      return { invitation: present(value), receipt }
    },
  )
}
