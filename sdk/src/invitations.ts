import type { Accepted, Invitation, InvitationChange, InvitationPreview, InvitationSent, Page } from '@claviger/core'
import { has } from './answer.ts'
import { everyItem, type PageRequest } from './pages.ts'
import { path } from './path.ts'
import type { CallOptions, Send } from './transport.ts'
import type { AcceptRequest, InviteRequest } from './wire.ts'

/** Who is asked in to an organization. */
export interface Invitations {
  /** Open for seven days. An address has one at most: this one ends the one before. */
  create(organizationId: string, request: InviteRequest, options?: CallOptions): Promise<InvitationSent>
  /** One page, newest first, whatever became of them. */
  list(organizationId: string, page?: PageRequest, options?: CallOptions): Promise<Page<Invitation>>
  /** All of them, newest first, with as many calls as it takes. */
  all(organizationId: string, page?: PageRequest, options?: CallOptions): AsyncGenerator<Invitation, void, undefined>
  /** For another seven days; the links sent before are over. */
  resend(organizationId: string, invitationId: string, options?: CallOptions): Promise<InvitationSent>
  revoke(organizationId: string, invitationId: string, options?: CallOptions): Promise<InvitationChange>
  /** What an invitation is about, by the token of its link. @throws ClavigerError `NOT_FOUND` for one that is over. */
  preview(token: string, options?: CallOptions): Promise<InvitationPreview>
  /** Whoever has an account with its address has to be signed in; anybody else gets one, and is signed in. */
  accept(request: AcceptRequest, options?: CallOptions): Promise<Accepted>
}

export function createInvitations(send: Send): Invitations {
  const invitations: Invitations = {
    create: async (organizationId, body, options) =>
      send(
        { method: 'POST', path: path`/v1/organizations/${organizationId}/invitations`, body, isAnswer: isSent },
        options,
      ),

    list: async (organizationId, page, options) =>
      send(
        {
          method: 'GET',
          path: path`/v1/organizations/${organizationId}/invitations`,
          query: { ...page },
          isAnswer: has('items', 'nextCursor'),
        },
        options,
      ),

    all: (organizationId, page = {}, options) =>
      everyItem(page, (request) => invitations.list(organizationId, request, options)),

    resend: async (organizationId, invitationId, options) =>
      send(
        {
          method: 'POST',
          path: path`/v1/organizations/${organizationId}/invitations/${invitationId}/resend`,
          body: {},
          isAnswer: isSent,
        },
        options,
      ),

    revoke: async (organizationId, invitationId, options) =>
      send(
        {
          method: 'DELETE',
          path: path`/v1/organizations/${organizationId}/invitations/${invitationId}`,
          isAnswer: isSent,
        },
        options,
      ),

    preview: (token, options) =>
      send(
        { method: 'POST', path: '/v1/invitations/preview', body: { token }, isAnswer: has('organization', 'role') },
        options,
      ),

    accept: (body, options) =>
      send({ method: 'POST', path: '/v1/invitations/accept', body, isAnswer: has('person', 'membership') }, options),
  }
  return invitations
}

const isSent = has('invitation', 'receipt')
