import { Type } from 'typebox'
import { compromiseOf, notifyOfCompromise } from '../../domain/compromise.ts'
import type { Domain } from '../../domain/ports.ts'
import { actorOf } from '../access.ts'
import { changed, statusFor } from '../receipts.ts'
import { CompromiseShape, NotifiedShape } from '../schemas/compromise.ts'
import { KeyPath, strict } from '../schemas/parts.ts'
import type { App } from '../type-provider.ts'

const COMPROMISED = '/v1/organizations/:organization/keys/:key/compromised'

/** A key whose secret has come into wrong hands: how far what has to be done about it has got. */
export function registerCompromise(app: App, domain: Domain): void {
  app.get(
    COMPROMISED,
    {
      config: { access: { service: 'audit:read' }, action: 'key.compromised' },
      schema: {
        tags: ['keys'],
        summary: 'What was done about a key that was compromised',
        description:
          'Whether its secret was ended, by what it was replaced, and when those in charge were told. Also of a deleted key.',
        params: KeyPath,
        response: { 200: CompromiseShape },
      },
    },
    async (request) => {
      const { organization, key } = request.params
      return compromiseOf(domain, actorOf(request), organization, key)
    },
  )

  app.post(
    `${COMPROMISED}/notify`,
    {
      config: { access: { service: 'keys:write' }, action: 'key.notify', bodyOptional: true },
      schema: {
        tags: ['keys'],
        summary: 'Tell owners and admins by mail that a key was compromised',
        description:
          'Once an hour for each key. Nobody is told where the server sends no mail. Also of a deleted key. The mail never holds the secret.',
        params: KeyPath,
        body: Type.Object({}, strict),
        response: changed(200, NotifiedShape),
      },
    },
    async (request, reply) => {
      const { organization, key } = request.params
      const { value, receipt } = await notifyOfCompromise(domain, actorOf(request), organization, key)
      reply.code(statusFor(receipt, 200))
      return { notified: value, receipt }
    },
  )
}
