import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'

/** What a browser sees at a provider that asks: who is there, then whether the client may know, with a way out of both. */
export async function answerByPages(
  provider: Provider,
  knows: (login: string) => boolean,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, session, params } = await provider.interactionDetails(request, response)
  const given = new URL(request.url ?? '', 'http://localhost').searchParams
  const finish = (result: Parameters<Provider['interactionFinished']>[2], mergeWithLastSubmission: boolean) =>
    provider.interactionFinished(request, response, result, { mergeWithLastSubmission })
  if (given.has('cancel')) {
    return finish({ error: 'access_denied', error_description: 'They went no further' }, false)
  }
  if (prompt.name === 'login') {
    const login = given.get('login') ?? ''
    if (knows(login)) return finish({ login: { accountId: login } }, false)
    const field = '<label>Login <input name="login" autofocus></label>'
    return sendPage(response, 'Who are you?', `${field} <button>Go on</button>`)
  }
  if (!given.has('allow')) {
    return sendPage(response, 'May it know who you are?', '<button name="allow">Allow</button>')
  }
  const grant = new provider.Grant({ accountId: session?.accountId ?? '', clientId: String(params.client_id) })
  grant.addOIDCScope('openid email profile')
  return finish({ consent: { grantId: await grant.save() } }, true)
}

function sendPage(response: ServerResponse, title: string, fields: string): void {
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.end(
    `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1>` +
      `<form>${fields} <button name="cancel" formnovalidate>Cancel</button></form>`,
  )
}
