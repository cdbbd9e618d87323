import { Type } from 'typebox'
import { compromiseOf, notifyOfCompromise } from '../../domain/compromise.ts'
import { endCompromisedKey } from '../../domain/end-compromised.ts'
import type { Domain } from '../../domain/ports.ts'
import { actorOf } from '../access.ts'
import { presentKey } from '../present.ts'
import { presentCallers } from '../present-usage.ts'
import { changed, statusFor } from '../receipts.ts'
import { CompromisedBody, CompromiseShape, EndedShape, NotifiedShape } from '../schemas/compromise.ts'
import { KeyPath, strict } from '../schemas/parts.ts'
import type { App } from '../type-provider.ts'

const COMPROMISED = '/v1/organizations/:organization/keys/:key/compromised'

/**
 * A key whose secret has come into wrong hands: what has to be done about it, and how far that has got.
 * @param sampleRequest with the secret of the replacement filled in.
 */
export function registerCompromise(app: App, domain: Domain, sampleRequest: (secret: string) => string): void {
  app.post(
    COMPROMISED,
    {
      config: { access: { service: 'keys:write' }, action: 'key.revoke', bodyOptional: true },
      schema: {
        tags: ['keys'],
        summary: 'End a compromised key, replace it, tell those in charge, and see who used it',
        description:
          'The key is revoked first, and stays so whatever becomes of the rest. A key that worked is replaced once: asked again, the answer has the same replacement, without its secret.',
        params: KeyPath,
        body: CompromisedBody,
        response: changed(200, EndedShape),
      },
    },
    async (request, reply) => {
      const { organization, key: keyId } = request.params
      const actor = actorOf(request)
      const { value, receipt } = await endCompromisedKey(domain, actor, organization, keyId, request.body.note)
      const { key, replacement, notReplaced, report, notified } = value
      const secret = replacement?.secret?.reveal() ?? null
      const now = domain.clock.now()
      reply.code(statusFor(receipt, 200))
      return {
        key: presentKey(key, now),
        replacement: replacement && {
          key: presentKey(replacement.key, now),
          secret,
          sampleRequest: secret && sampleRequest(secret),
        },
        notReplaced: notReplaced && { code: notReplaced.code, message: notReplaced.message },
        report: presentCallers(report),
        notified,
        receipt,
      }
    },
  )

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
