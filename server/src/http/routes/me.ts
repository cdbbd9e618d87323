import type { Domain } from '../../domain/ports.ts'
import { presentMembership, presentPerson, presentSession, presentSessionState } from '../present-people.ts'
import { pageOf } from '../schemas/parts.ts'
import { MeShape, SessionShape } from '../schemas/people.ts'
import { signedInOf } from '../sessions.ts'
import type { App } from '../type-provider.ts'

/** What a person sees and does of themselves. */
export function registerMe(app: App, { database }: Domain): void {
  app.get(
    '/v1/me',
    {
      config: { access: 'person', action: 'person.read' },
      schema: { tags: ['people'], summary: 'Who am I, and where do I belong', response: { 200: MeShape } },
    },
    async (request) => {
      const { person, session } = signedInOf(request)
      const hasPassword = (await database.passwordHashOf(person.id)) !== null
      const memberships = await database.membershipsOf(person.id)
      return {
        person: { ...presentPerson(person), hasPassword },
        memberships: memberships.map(presentMembership),
        session: presentSessionState(session),
      }
    },
  )

  app.get(
    '/v1/me/sessions',
    {
      config: { access: 'person', action: 'session.list' },
      schema: { tags: ['people'], summary: 'Where I am signed in', response: { 200: pageOf(SessionShape) } },
    },
    async (request) => {
      const { person, session } = signedInOf(request)
      const sessions = await database.sessionsOf(person.id)
      return { items: sessions.map((one) => presentSession(one, session.id)), nextCursor: null }
    },
  )
}
