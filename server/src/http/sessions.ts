import { AppError } from '@claviger/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Actor, NOWHERE, requireRight } from '../domain/actor.ts'
import type { Client, Identity, SignedIn } from '../domain/identity.ts'
import type { Reads } from '../domain/ports.ts'
import { notFound } from '../domain/refusals.ts'
import type { ServiceAccess } from './declared-access.ts'
import { userAgentOf } from './user-agent.ts'

export interface SessionParts {
  identity: Pick<Identity, 'whoIs'>
  database: Reads
  publicUrl: () => string
}

/** Where a request comes from, as signing in needs it. */
export function clientOf(request: FastifyRequest): Client {
  const cookie = request.headers.cookie ?? ''
  return { cookie, ip: request.ip, userAgent: userAgentOf(request), requestId: request.id }
}

export function sendCookies(reply: FastifyReply, setCookies: readonly string[]): void {
  if (setCookies.length > 0) reply.header('set-cookie', [...setCookies])
}

/** Whether any cookie was sent that could be a session of ours. */
export function hasSession({ headers }: FastifyRequest): boolean {
  return headers.cookie?.includes('claviger.session_token=') ?? false
}

/**
 * Refuses what a page of another site has a browser send along with its cookies, but for mere reading. Browsers say where a request
 * comes from (W3C Fetch Metadata; `Origin`, RFC 6454); one that says neither is none that cookies should come from.
 * @throws AppError `FORBIDDEN`.
 */
export function requireSameOrigin(request: FastifyRequest, publicUrl: string): void {
  // Also what only asks: a verdict can spend credits.
  if (request.method === 'GET' || request.method === 'HEAD') return
  const { origin, host, 'sec-fetch-site': site } = request.headers
  const own = site === undefined ? isOwn(origin, host, publicUrl) : site === 'same-origin'
  if (!own) throw new AppError('FORBIDDEN', 'With a session cookie, this is taken from the server’s own pages only.')
}

function isOwn(origin: string | undefined, host: string | undefined, publicUrl: string): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false
  return origin === new URL(publicUrl).origin || new URL(origin).host === host
}

/** @throws AppError `UNAUTHORIZED` where nobody is signed in. */
export async function requireSession(
  { identity, database, publicUrl }: SessionParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<SignedIn> {
  requireSameOrigin(request, publicUrl())
  const signedIn = await identity.whoIs(clientOf(request))
  if (!signedIn) throw new AppError('UNAUTHORIZED', 'This session is over; sign in again.')
  sendCookies(reply, signedIn.setCookies)
  request.signedIn = signedIn
  request.actor = await personActor(database, signedIn, request)
  return signedIn
}

/**
 * Lets a person through to what a service key needs a scope for, as far as their role in the organization allows it.
 * @throws AppError `NOT_FOUND` for an organization they do not belong to, `FORBIDDEN`.
 */
export async function admitPerson(
  parts: SessionParts,
  access: ServiceAccess,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { person } = await requireSession(parts, request, reply)
  if (person.operator) return
  const { organization } = (request.params ?? {}) as { organization?: string }
  if (organization === undefined) throw new AppError('FORBIDDEN', 'Only operators can do this.')
  const membership = await parts.database.membership(organization, person.id)
  if (!membership) throw notFound('organization')
  requireRight(membership.role, { scope: access.service, ...(access.right && { right: access.right }) })
}

async function personActor(reads: Reads, { person, session }: SignedIn, request: FastifyRequest): Promise<Actor> {
  return {
    ref: { type: 'user', id: person.id, name: person.name },
    boundTo: person.operator ? null : await homeOf(reads, person.id, request),
    sessionId: session.id,
    ip: request.ip,
    userAgent: userAgentOf(request),
    requestId: request.id,
  }
}

/**
 * The organization in question where the person belongs to it, else one that they do belong to: there their refusals
 * are filed. What somebody does with their own account is no organization's business.
 */
async function homeOf(reads: Reads, personId: string, request: FastifyRequest): Promise<string> {
  const { organization } = (request.params ?? {}) as { organization?: string }
  if (organization === undefined && request.routeOptions.config.access === 'person') return NOWHERE
  const homes = (await reads.membershipsOf(personId)).map(({ organizationId }) => organizationId)
  return homes.find((home) => home === organization) ?? homes[0] ?? NOWHERE
}

/** @returns who is signed in; only on routes for people. */
export function signedInOf(request: FastifyRequest): SignedIn {
  if (!request.signedIn) throw new TypeError(`${request.routeOptions.url} is not a route for people`)
  return request.signedIn
}
