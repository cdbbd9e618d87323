import { Type } from 'typebox'
import type { Identity } from '../../domain/identity.ts'
import { CallbackQuery, MethodsShape, ProviderBody, ProviderPath, ProviderUrlShape } from '../schemas/people.ts'
import { clientOf, sendCookies } from '../sessions.ts'
import type { App } from '../type-provider.ts'

/** Signing in at an identity provider. */
export function registerProviders(app: App, identity: Identity, publicUrl: () => string): void {
  app.get(
    '/v1/auth/methods',
    {
      config: { access: 'anyone' },
      schema: { tags: ['people'], summary: 'How people can sign in', response: { 200: MethodsShape } },
    },
    async () => ({ password: true as const, providers: [...identity.providers] }),
  )

  app.post(
    '/v1/auth/providers/:provider',
    {
      config: { access: 'anyone', bodyOptional: true },
      schema: {
        tags: ['people'],
        summary: 'Sign in at an identity provider',
        description:
          'Send the browser to the `url`. It comes back to `returnTo`, or to `/sign-in#error=…` with one of ' +
          '`email_not_verified`, `no_account`, `denied`, `provider_unavailable`, `failed`.',
        params: ProviderPath,
        body: ProviderBody,
        response: { 200: ProviderUrlShape },
      },
    },
    async (request, reply) => {
      const { provider } = request.params
      const { url, setCookies } = await identity.beginAtProvider(
        clientOf(request),
        provider,
        request.body.returnTo ?? '/',
      )
      sendCookies(reply, setCookies)
      return { url }
    },
  )

  // Browsers come here from the provider; it is no part of the API.
  app.get(
    '/v1/auth/callback/:provider',
    {
      config: { access: 'anyone' },
      schema: { hide: true, params: ProviderPath, querystring: CallbackQuery, response: { 302: Type.Null() } },
    },
    async (request, reply) => {
      const step = await identity.finishAtProvider(clientOf(request), request.params.provider, request.query)
      sendCookies(reply, step.setCookies)
      reply.header('cache-control', 'no-store')
      // The page finds it behind the `#`, where no server and no log sees it.
      return reply.redirect(step.problem === null ? step.returnTo : `${publicUrl()}/sign-in#error=${step.problem}`)
    },
  )
}
