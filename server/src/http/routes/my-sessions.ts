import { Type } from 'typebox'
import { endOtherSessions, endSession } from '../../domain/own-account.ts'
import type { Domain } from '../../domain/ports.ts'
import { actorOf } from '../access.ts'
import { presentSession } from '../present-people.ts'
import { pageOf, strict } from '../schemas/parts.ts'
import { SessionPath, SessionShape } from '../schemas/people.ts'
import { signedInOf } from '../sessions.ts'
import type { App } from '../type-provider.ts'

/** Where a person is signed in. */
export function registerMySessions(app: App, domain: Domain): void {
  app.get(
    '/v1/me/sessions',
    {
      config: { access: 'person', action: 'session.list' },
      schema: { tags: ['people'], summary: 'Where I am signed in', response: { 200: pageOf(SessionShape) } },
    },
    async (request) => {
      const { person, session } = signedInOf(request)
      const sessions = await domain.database.sessionsOf(person.id)
      return { items: sessions.map((one) => presentSession(one, session.id)), nextCursor: null }
    },
  )

  app.delete(
    '/v1/me/sessions/:session',
    {
      config: { access: 'person', action: 'session.end' },
      schema: {
        tags: ['people'],
        summary: 'End one of my sessions',
        params: SessionPath,
        response: { 200: Type.Object({}, strict) },
      },
    },
    async (request) => {
      await endSession(domain, actorOf(request), request.params.session)
      return {}
    },
  )

  app.delete(
    '/v1/me/sessions',
    {
      config: { access: 'person', action: 'session.end' },
      schema: {
        tags: ['people'],
        summary: 'End all of my sessions but this one',
        response: { 200: Type.Object({}, strict) },
      },
    },
    async (request) => {
      await endOtherSessions(domain, actorOf(request))
      return {}
    },
  )
}
