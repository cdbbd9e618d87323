import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { AppError } from '@claviger/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from './type-provider.ts'

/**
 * Nothing inline, nothing from anywhere else. What scripts set on an element one by one (its `style` properties) is no
 * inline style, so the accent of a product needs no exception.
 */
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

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Best first; the build puts the compressed forms beside each file. */
const ENCODINGS = { br: '.br', gzip: '.gz' } as const

interface Asset {
  readonly type: string
  readonly plain: Buffer
  readonly compressed: readonly { encoding: string; bytes: Buffer }[]
}

interface Build {
  readonly page: Buffer
  readonly assets: ReadonlyMap<string, Asset>
}

/**
 * The screens, as the build left them in `directory`. All of it is held in memory: no path of a request ever reaches
 * the disk, and a build made meanwhile does not mix with this one.
 */
export function registerDashboard(app: App, directory: string): void {
  const build = readBuild(directory)
  const config = { access: 'anyone' } as const
  const schema = { hide: true }

  app.get('/assets/:name', { config, schema }, (request, reply) => {
    const asset = build?.assets.get((request.params as { name: string }).name)
    if (!asset) throw new AppError('NOT_FOUND', 'The dashboard has no such file.')
    sendAsset(asset, request, reply)
  })

  // A path that nothing else answers is a screen, for whoever asks for a page; for programs it is an unknown route.
  app.get('/*', { config, schema }, (request, reply) => {
    if (!asksForPage(request)) return reply.callNotFound()
    if (!build) {
      throw new AppError(
        'NOT_FOUND',
        'The dashboard is not built: run `node scripts/build-dashboard.mjs` and start again.',
      )
    }
    // What stands there is a document with rights of its own, never to be kept: it names the files of this very build.
    return reply.header('content-security-policy', CSP).type('text/html; charset=utf-8').send(build.page)
  })
}

function readBuild(directory: string): Build | null {
  const page = join(directory, 'index.html')
  if (!existsSync(page)) return null
  const folder = join(directory, 'assets')
  const files = new Set(readdirSync(folder))
  const assets = new Map<string, Asset>()
  for (const name of files) {
    const type = TYPES[extname(name)]
    if (type === undefined) continue
    const compressed = Object.entries(ENCODINGS).flatMap(([encoding, suffix]) =>
      files.has(name + suffix) ? [{ encoding, bytes: readFileSync(join(folder, name + suffix)) }] : [],
    )
    assets.set(name, { type, plain: readFileSync(join(folder, name)), compressed })
  }
  return { page: readFileSync(page), assets }
}

/** A name holds the hash of the content, so what was fetched once is right for ever. */
function sendAsset({ type, plain, compressed }: Asset, { headers }: FastifyRequest, reply: FastifyReply): void {
  const best = compressed.find(({ encoding }) => accepts(headers['accept-encoding'], encoding))
  if (best) reply.header('content-encoding', best.encoding)
  reply
    .header('cache-control', 'public, max-age=31536000, immutable')
    .header('vary', 'accept-encoding')
    .type(type)
    .send(best?.bytes ?? plain)
}

/** RFC 9110, section 12.5.3, as far as browsers and proxies use it: a name, and perhaps a weight of zero. */
function accepts(header: string | string[] | undefined, encoding: string): boolean {
  const offers = [header ?? ''].flat().join(',').toLowerCase().split(',')
  return offers.some((offer) => {
    const [name = '', ...parameters] = offer.split(';').map((part) => part.trim())
    return name === encoding && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))
  })
}

function asksForPage({ url, headers }: FastifyRequest): boolean {
  const path = url.replace(/\?.*$/s, '')
  if (path === '/') return true
  return !/^\/v1(?:\/|$)/.test(path) && (headers.accept ?? '').includes('text/html')
}
