import { AppError } from '@claviger/core'
import type { StaticDocumentSpec } from '@fastify/swagger'
import type { FastifyInstance, FastifyReply, FastifyRequest, LightMyRequestResponse } from 'fastify'
import type { App } from './type-provider.ts'

type Document = StaticDocumentSpec['document']

/** Nothing inline, and nothing from anywhere else; what the page draws small it brings as data. */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Files have one way to be written each, so that no more are kept than there are. */
const PLAIN = /^\/docs(?:\/[\w-]+)*(?:\/|(?:\.[\w-]+)+)?$/

type Page = Pick<LightMyRequestResponse, 'statusCode' | 'headers' | 'rawPayload'>

/** Each operation says what it needs; a form for keys that sends nothing is no help. */
const STYLE = '.swagger-ui .scheme-container, .swagger-ui .authorization__btn { display: none }'

/** What of the page's own answers is passed on. */
const KEPT = ['content-type', 'etag', 'last-modified', 'location'] as const

/**
 * The API reference, made of the OpenAPI document. What it needs is loaded when somebody first looks at it, since no
 * verdict should wait for that at the start; routes cannot be added by then, so the page is an app of its own.
 */
export function registerDocs(app: App): void {
  let opening: Promise<FastifyInstance> | undefined
  const open = () => {
    opening ??= openDocs(app.swagger() as Document).catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }
  // One copy of each file, however many ask for it at once.
  const pages = new Map<string, Page>()
  const read = async (path: string): Promise<Page> => {
    const known = pages.get(path)
    if (known) return known
    if (!PLAIN.test(path)) throw noSuchPage()
    const { statusCode, headers, rawPayload } = await (await open()).inject({ url: path })
    if (statusCode >= 400) throw noSuchPage()
    const page = { statusCode, headers, rawPayload }
    pages.set(path, page)
    return page
  }
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const page = await read(request.url.replace(/\?.*$/s, ''))
    for (const name of KEPT) if (page.headers[name] !== undefined) reply.header(name, page.headers[name])
    // May be kept, but is asked for again each time: it is another one after an upgrade.
    reply.header('cache-control', 'no-cache').header('content-security-policy', CSP)
    if (request.headers['if-none-match'] === page.headers.etag && page.headers.etag !== undefined)
      return reply.code(304).send()
    return reply.code(page.statusCode).send(page.rawPayload)
  }
  for (const url of ['/docs', '/docs/*']) {
    app.get(url, { config: { access: 'anyone' }, schema: { hide: true } }, answer)
  }
  app.addHook('onClose', async () => {
    await (await opening)?.close()
  })
}

function noSuchPage(): AppError {
  return new AppError('NOT_FOUND', 'The API reference has no such page.')
}

async function openDocs(document: Document): Promise<FastifyInstance> {
  const [{ fastify }, { fastifySwagger }, { fastifySwaggerUi }] = await Promise.all([
    import('fastify'),
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
  ])
  const docs = fastify()
  await docs.register(fastifySwagger, { mode: 'static', specification: { document } })
  await docs.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    theme: { title: 'API reference', css: [{ filename: 'claviger.css', content: STYLE }] },
    uiConfig: {
      // Without the bar that would load documents from elsewhere, and without buttons that send keys.
      layout: 'BaseLayout',
      supportedSubmitMethods: [],
      docExpansion: 'list',
      defaultModelsExpandDepth: -1,
      deepLinking: true,
    },
  })
  await docs.ready()
  return docs
}
