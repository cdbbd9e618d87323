import { AppError } from '@claviger/core'
import type { FastifyRequest } from 'fastify'
import { requireReach } from '../../domain/actor.ts'
import type { Domain } from '../../domain/ports.ts'
import { notFound } from '../../domain/refusals.ts'
import { actorOf } from '../access.ts'
import { type EventStream, openEventStream } from '../event-stream.ts'
import { OrganizationPath } from '../schemas/parts.ts'
import type { App } from '../type-provider.ts'

/** Streams open at a time: of one person or service key, and of all. */
const MAX_STREAMS = { each: 20, all: 1_000 }

/** News of changes, for whoever has an organization open on a screen. */
export function registerChanges(app: App, domain: Domain): void {
  const { database, feed, clock } = domain
  const open = new Map<EventStream, string>()
  app.addHook('preClose', (done) => {
    for (const stream of open.keys()) stream.end()
    done()
  })

  /** The session is looked up without using it: a screen left open does not keep it alive. */
  const mayGoOn = async ({ signedIn }: FastifyRequest, organizationId: string) => {
    if (!signedIn) return true
    const session = await database.session(signedIn.session.id)
    if (!session || session.expiresAt <= clock.now()) return false
    const { id, operator } = signedIn.person
    if (operator) return (await database.person(id))?.operator ?? false
    return (await database.membership(organizationId, id)) !== undefined
  }

  app.get(
    '/v1/organizations/:organization/changes',
    {
      config: { access: { service: 'keys:read' }, action: 'organization.follow', quiet: true },
      schema: {
        tags: ['organizations'],
        summary: 'Hear of every change in an organization as soon as it is in force',
        description:
          'Server-sent events, for `Accept: text/event-stream`: `{ "action", "target": { "type", "id" } }`. What was missed while it was interrupted is not sent again: read anew what is on the screen. It ends with the session.',
        params: OrganizationPath,
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      const { organization } = request.params
      requireReach(actor, organization)
      if (!(await database.organization(organization))) throw notFound('organization')
      if (!request.headers.accept?.includes('text/event-stream')) {
        throw new AppError(
          'MALFORMED_REQUEST',
          'This answers with a stream: ask for it with Accept: text/event-stream.',
        )
      }
      const follower = actor.ref.id ?? ''
      const own = [...open.values()].filter((other) => other === follower).length
      if (own >= MAX_STREAMS.each || open.size >= MAX_STREAMS.all) {
        throw new AppError('RATE_LIMITED', 'Too many streams are open; close one.')
      }
      const end = () => {
        stop()
        open.delete(stream)
      }
      const stream = openEventStream(reply, () => mayGoOn(request, organization), end)
      const stop = feed.follow(organization, stream.send)
      open.set(stream, follower)
      return reply
    },
  )
}
