import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { Identity, SignInStep } from '../../domain/identity.ts'
import type { Domain } from '../../domain/ports.ts'
import { requireSetUpLink, setUp } from '../../domain/set-up.ts'
import { presentPerson } from '../present-people.ts'
import { strict } from '../schemas/parts.ts'
import { PersonShape, SecondStepBody, SetUpBody, SignedInShape, SignInBody } from '../schemas/people.ts'
import { clientOf, sendCookies } from '../sessions.ts'
import type { App } from '../type-provider.ts'

/** How people get in and out. None of these routes knows yet who asks. */
export function registerSignIn(app: App, domain: Domain, identity: Identity): void {
  const config = { access: 'anyone' } as const

  /** What is sent with a password is never kept on the way. */
  const answer = (reply: FastifyReply, step: SignInStep) => {
    reply.header('cache-control', 'no-store')
    sendCookies(reply, step.setCookies)
    return step.done ? { person: presentPerson(step.person) } : { twoFactorRequired: true as const }
  }

  app.post(
    '/v1/setup',
    {
      config,
      schema: {
        tags: ['people'],
        summary: 'Make the first operator account, with the link that the server printed',
        body: SetUpBody,
        response: {
          201: Type.Object(
            { person: PersonShape, organization: Type.Object({ id: Type.String(), name: Type.String() }, strict) },
            strict,
          ),
        },
      },
    },
    async (request, reply) => {
      const { token, name, email, password, organization } = request.body
      await requireSetUpLink(domain, token)
      const passwordHash = await identity.hashPassword(password, { name, email })
      const from = clientOf(request)
      const first = { name, email: email.toLowerCase(), passwordHash, organizationName: organization.name }
      const { value } = await setUp(domain, from, first)
      const step = await identity.signIn(from, { email: first.email, password })
      if (!step.done) throw new Error('an account that was just made asks for a second step')
      reply.code(201).header('cache-control', 'no-store')
      sendCookies(reply, step.setCookies)
      return { person: presentPerson(step.person), organization: { id: value.id, name: value.name } }
    },
  )

  app.post(
    '/v1/auth/sign-in',
    {
      config,
      schema: {
        tags: ['people'],
        summary: 'Sign in with a password',
        body: SignInBody,
        response: { 200: SignedInShape },
      },
    },
    async (request, reply) => {
      return answer(reply, await identity.signIn(clientOf(request), request.body))
    },
  )

  app.post(
    '/v1/auth/two-factor',
    {
      config,
      schema: { tags: ['people'], summary: 'The second step', body: SecondStepBody, response: { 200: SignedInShape } },
    },
    async (request, reply) => {
      const { code, recoveryCode = '' } = request.body
      const proof = code === undefined ? { recoveryCode } : { code }
      return answer(reply, await identity.signInSecond(clientOf(request), proof))
    },
  )

  app.post(
    '/v1/auth/sign-out',
    {
      config: { ...config, bodyOptional: true },
      schema: {
        tags: ['people'],
        summary: 'End this session',
        body: Type.Object({}, strict),
        response: { 200: Type.Object({}, strict) },
      },
    },
    async (request, reply) => {
      const { setCookies } = await identity.signOut(clientOf(request))
      sendCookies(reply, setCookies)
      return {}
    },
  )
}
