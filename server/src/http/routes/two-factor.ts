import { AppError } from '@claviger/core'
import { Type } from 'typebox'
import type { Identity } from '../../domain/identity.ts'
import type { Domain } from '../../domain/ports.ts'
import { disableTwoFactor, noteTwoFactor } from '../../domain/second-factor.ts'
import { actorOf } from '../access.ts'
import { strict } from '../schemas/parts.ts'
import { CodeBody, NewTwoFactorShape, PasswordBody } from '../schemas/people.ts'
import { clientOf, sendCookies, signedInOf } from '../sessions.ts'
import type { App } from '../type-provider.ts'

/** The second step of signing in: a code of an authenticator. */
export function registerTwoFactor(app: App, domain: Domain, identity: Identity): void {
  app.post(
    '/v1/me/two-factor',
    {
      config: { access: 'person', action: 'person.two-factor.begin' },
      schema: {
        tags: ['people'],
        summary: 'Get a secret for my authenticator, and recovery codes',
        description: 'A second step is asked for only after `…/confirm`. Secret and codes are shown this once.',
        body: PasswordBody,
        response: { 200: NewTwoFactorShape },
      },
    },
    async (request, reply) => {
      const { person } = signedInOf(request)
      if (person.twoFactor) throw new AppError('FORBIDDEN', 'A second step is on already; turn it off first.')
      await identity.provePassword(person, request.body.password)
      const { uri, secret, recoveryCodes } = await identity.beginTwoFactor(clientOf(request), request.body.password)
      await noteTwoFactor(domain, actorOf(request), 'begin')
      reply.header('cache-control', 'no-store')
      return { uri, secret, recoveryCodes: [...recoveryCodes] }
    },
  )

  app.post(
    '/v1/me/two-factor/confirm',
    {
      config: { access: 'person', action: 'person.two-factor.enable' },
      schema: {
        tags: ['people'],
        summary: 'Turn the second step on, with a first code',
        body: CodeBody,
        response: { 200: Type.Object({}, strict) },
      },
    },
    async (request, reply) => {
      const { person } = signedInOf(request)
      if (person.twoFactor) throw new AppError('FORBIDDEN', 'A second step is on already.')
      const { session, setCookies } = await identity.finishTwoFactor(clientOf(request), person, request.body.code)
      sendCookies(reply, setCookies)
      await noteTwoFactor(domain, { ...actorOf(request), sessionId: session.id }, 'enable')
      return {}
    },
  )

  app.post(
    '/v1/me/two-factor/disable',
    {
      config: { access: 'person', action: 'person.two-factor.disable' },
      schema: {
        tags: ['people'],
        summary: 'Turn the second step off',
        body: PasswordBody,
        response: { 200: Type.Object({}, strict) },
      },
    },
    async (request) => {
      await identity.provePassword(signedInOf(request).person, request.body.password)
      await disableTwoFactor(domain, actorOf(request))
      return {}
    },
  )
}
