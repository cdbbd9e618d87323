import type { FastifyRequest } from 'fastify'
import { type Accepting, acceptInvitation, requireTheInvited, seeInvitation } from '../../domain/accept-invitation.ts'
import type { Identity, SignedIn } from '../../domain/identity.ts'
import type { Domain } from '../../domain/ports.ts'
import { invalidField } from '../../domain/refusals.ts'
import { presentMembership, presentPerson } from '../present-people.ts'
import { AcceptBody, AcceptedShape, InvitationPreviewShape, TokenBody } from '../schemas/members.ts'
import { clientOf, hasSession, sendCookies } from '../sessions.ts'
import type { App } from '../type-provider.ts'

/** What whoever holds an invitation's link can do. The link is the credential; who holds it is not known yet. */
export function registerAcceptInvitation(app: App, domain: Domain, identity: Identity): void {
  app.post(
    '/v1/invitations/preview',
    {
      config: { access: 'anyone', asks: true },
      schema: {
        tags: ['people'],
        summary: 'See an invitation by its link',
        body: TokenBody,
        response: { 200: InvitationPreviewShape },
      },
    },
    async (request, reply) => {
      const { invitation, organizationName, account } = await seeInvitation(domain, request.body.token)
      const { email, role, invitedBy, expiresAt } = invitation
      reply.header('cache-control', 'no-store')
      return {
        organization: { name: organizationName },
        email,
        role,
        invitedBy: { name: invitedBy.name },
        expiresAt: new Date(expiresAt).toISOString(),
        hasAccount: account !== undefined,
      }
    },
  )

  app.post(
    '/v1/invitations/accept',
    {
      config: { access: 'anyone' },
      schema: {
        tags: ['people'],
        summary: 'Accept an invitation by its link',
        description: 'Whoever has an account with its address has to be signed in; anybody else gets one.',
        body: AcceptBody,
        response: { 200: AcceptedShape },
      },
    },
    async (request, reply) => {
      const { token, password } = request.body
      const { invitation } = await seeInvitation(domain, token)
      const signedIn = hasSession(request) ? await identity.whoIs(clientOf(request)) : null
      await requireTheInvited(domain.database, invitation, signedIn?.person.id ?? null)
      const who = signedIn ? asSignedIn(signedIn) : await asNew(identity, invitation.email, request.body)
      const { value } = await acceptInvitation(domain, clientOf(request), token, who)
      reply.header('cache-control', 'no-store')
      const { person, setCookies } =
        signedIn ?? (await signInNew(identity, request, { email: invitation.email, password: password ?? '' }))
      sendCookies(reply, setCookies)
      return { person: presentPerson(person), membership: presentMembership(value) }
    },
  )
}

function asSignedIn({ person, session }: SignedIn): Accepting {
  return { personId: person.id, sessionId: session.id, name: person.name }
}

/** @throws AppError `VALIDATION_FAILED` for a name or a password that is missing. */
async function asNew(
  identity: Identity,
  email: string,
  { name, password }: { name?: string; password?: string },
): Promise<Accepting> {
  if (name === undefined) throw invalidField('name', 'is required: there is no account with this address yet')
  if (password === undefined) throw invalidField('password', 'is required: there is no account with this address yet')
  return { personId: null, name, passwordHash: await identity.hashPassword(password, { email, name }) }
}

async function signInNew(
  identity: Identity,
  request: FastifyRequest,
  credentials: { email: string; password: string },
): Promise<SignedIn> {
  const step = await identity.signIn(clientOf(request), credentials)
  if (!step.done) throw new Error('an account that was just made asks for a second step')
  return step
}
