import { Type } from 'typebox'
import type { Identity } from '../../domain/identity.ts'
import { confirmSession, renameSelf } from '../../domain/own-account.ts'
import type { Domain } from '../../domain/ports.ts'
import { invalidField } from '../../domain/refusals.ts'
import { actorOf } from '../access.ts'
import { presentMembership, presentPerson, presentSessionState } from '../present-people.ts'
import { strict } from '../schemas/parts.ts'
import { ConfirmBody, MeShape, PersonShape, RenameBody, SessionStateShape } from '../schemas/people.ts'
import { clientOf, signedInOf } from '../sessions.ts'
import type { App } from '../type-provider.ts'

/** What a person sees and does of themselves. */
export function registerMe(app: App, domain: Domain, identity: Identity): void {
  const { database } = domain

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

  app.patch(
    '/v1/me',
    {
      config: { access: 'person', action: 'person.edit' },
      schema: {
        tags: ['people'],
        summary: 'Rename myself',
        body: RenameBody,
        response: { 200: Type.Object({ person: PersonShape }, strict) },
      },
    },
    async (request) => {
      const { value } = await renameSelf(domain, actorOf(request), request.body.name)
      return { person: presentPerson(value) }
    },
  )

  app.post(
    '/v1/me/confirm',
    {
      config: { access: 'person', action: 'session.confirm' },
      schema: {
        tags: ['people'],
        summary: 'Show once more who I am',
        description: 'With the password, and the code where a second step is on. It is good for ten minutes.',
        body: ConfirmBody,
        response: { 200: Type.Object({ session: SessionStateShape }, strict) },
      },
    },
    async (request) => {
      const { person, session } = signedInOf(request)
      const { password, code } = request.body
      if (password === undefined) throw invalidField('password', 'is needed to confirm who you are')
      if (person.twoFactor && code === undefined) throw invalidField('code', 'is needed: a second step is on')
      await identity.provePassword(person, password)
      if (person.twoFactor && code !== undefined) await identity.proveCode(clientOf(request), person, code)
      const { value: confirmedAt } = await confirmSession(domain, actorOf(request))
      return { session: presentSessionState({ ...session, confirmedAt }) }
    },
  )
}
