import { Type } from 'typebox'
import type { Identity } from '../../domain/identity.ts'
import { changePassword, queueResetLink, requireResetLink, resetPassword } from '../../domain/passwords.ts'
import type { Domain } from '../../domain/ports.ts'
import { actorOf } from '../access.ts'
import type { Afterwards } from '../afterwards.ts'
import { strict } from '../schemas/parts.ts'
import { ForgotBody, NewPasswordBody, ResetBody } from '../schemas/people.ts'
import { clientOf, signedInOf } from '../sessions.ts'
import type { App } from '../type-provider.ts'

const NOTHING = Type.Object({}, strict)

/** How people come by another password. */
export function registerPasswords(app: App, domain: Domain, identity: Identity, afterwards: Afterwards): void {
  const { database } = domain

  app.post(
    '/v1/auth/password/forgot',
    {
      config: { access: 'anyone' },
      schema: {
        tags: ['people'],
        summary: 'Have a link for a new password mailed',
        description: 'The answer is the same whether anybody has this address or not.',
        body: ForgotBody,
        response: { 202: NOTHING },
      },
    },
    async (request, reply) => {
      const email = request.body.email.toLowerCase()
      const allowed = await identity.askForLink(clientOf(request), email)
      const person = await database.personByEmail(email)
      if (person && allowed) afterwards.run(() => queueResetLink(domain, person))
      reply.code(202)
      return {}
    },
  )

  app.post(
    '/v1/auth/password/reset',
    {
      config: { access: 'anyone' },
      schema: {
        tags: ['people'],
        summary: 'Set a new password, with a link',
        description: 'The link works once. All sessions end; a second step stays as it is.',
        body: ResetBody,
        response: { 200: NOTHING },
      },
    },
    async (request) => {
      const { token, password } = request.body
      const person = await requireResetLink(database, domain, token)
      const passwordHash = await identity.hashPassword(password, person)
      await resetPassword(domain, clientOf(request), person, token, passwordHash)
      return {}
    },
  )

  app.post(
    '/v1/me/password',
    {
      config: { access: 'person', action: 'person.password.change' },
      schema: {
        tags: ['people'],
        summary: 'Change my password',
        description: 'All other sessions end.',
        body: NewPasswordBody,
        response: { 200: NOTHING },
      },
    },
    async (request) => {
      const { person } = signedInOf(request)
      const { currentPassword, newPassword } = request.body
      await identity.provePassword(person, currentPassword, 'currentPassword')
      const passwordHash = await identity.hashPassword(newPassword, person, 'newPassword')
      await changePassword(domain, actorOf(request), passwordHash)
      return {}
    },
  )
}
