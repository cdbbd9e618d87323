import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { startApp } from '../testing/test-domain.ts'
import { temporaryDirectory } from '../testing/test-engine.ts'

const PAGE = '<!doctype html><title>Keys</title>'
const SCRIPT = 'console.log("keys")'
const IN_A_BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

async function start({ built = true } = {}) {
  const dashboardDir = temporaryDirectory()
  if (built) {
    mkdirSync(join(dashboardDir, 'assets'))
    writeFileSync(join(dashboardDir, 'index.html'), PAGE)
    writeFileSync(join(dashboardDir, '.build-stamp'), 'stamp')
    writeFileSync(join(dashboardDir, 'assets', 'index-1a2b.js'), SCRIPT)
    writeFileSync(join(dashboardDir, 'assets', 'index-1a2b.js.gz'), gzipSync(SCRIPT))
    writeFileSync(join(dashboardDir, 'assets', 'notes.txt'), 'of no type that is served')
  }
  const { app } = await startApp({ dashboardDir })
  return (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers })
}

describe('a page', () => {
  test('is what a browser gets at every path that is no route, deep links included', async () => {
    const get = await start()
    for (const url of ['/', '/org_1/keys', '/org_1/keys/key_1/usage?from=x', '/sign-in', '/nowhere']) {
      const { statusCode, headers, body } = await get(url, IN_A_BROWSER)
      expect({ statusCode, type: headers['content-type'], body }, url).toEqual({
        statusCode: 200,
        type: 'text/html; charset=utf-8',
        body: PAGE,
      })
    }
  })

  test('is never kept, runs nothing but its own files, and stands in no frame', async () => {
    const get = await start()
    const { headers } = await get('/', IN_A_BROWSER)
    expect(headers['cache-control']).toBe('no-store')
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
  })

  test('takes the place of no answer of the API: an unknown route stays an error in its one form', async () => {
    const get = await start()
    for (const [url, headers] of [
      ['/v1', IN_A_BROWSER],
      ['/v1/nowhere', IN_A_BROWSER],
      ['/v1/organizations/org_1/nowhere', IN_A_BROWSER],
      ['/nowhere', { accept: '*/*' }],
      ['/nowhere', {}],
    ] as const) {
      const answer = await get(url, headers)
      expect(answer.statusCode, url).toBe(404)
      expect(answer.json(), url).toMatchObject({ error: { code: 'NOT_FOUND' } })
    }
    expect((await get('/healthz', IN_A_BROWSER)).json()).toEqual({ status: 'ok' })
  })

  test('that was never built says how to build it', async () => {
    const get = await start({ built: false })
    const answer = await get('/', IN_A_BROWSER)
    expect(answer.statusCode).toBe(404)
    expect(answer.json().error.message).toContain('scripts/build-dashboard.mjs')
  })
})

describe('a file of the build', () => {
  test('may be kept for ever: its name holds the hash of what is in it', async () => {
    const get = await start()
    const { statusCode, headers, body } = await get('/assets/index-1a2b.js')
    expect(statusCode).toBe(200)
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
      vary: 'accept-encoding',
    })
    expect(body).toBe(SCRIPT)
  })

  test('comes compressed to whoever takes it so, and to nobody else', async () => {
    const get = await start()
    const encodingFor = async (header: string) =>
      (await get('/assets/index-1a2b.js', { 'accept-encoding': header })).headers['content-encoding']
    expect(await encodingFor('gzip, deflate, br')).toBe('gzip')
    expect(await encodingFor('GZIP;q=0.5')).toBe('gzip')
    for (const header of ['br', 'gzip;q=0', 'identity', 'xgzip']) expect(await encodingFor(header)).toBeUndefined()
  })

  test('is one that the build made: no path leads out of it', async () => {
    const get = await start()
    for (const name of [
      'index-9z9z.js',
      'notes.txt',
      'index-1a2b.js.gz',
      '..%2f.build-stamp',
      '..%2findex.html',
      '%2e%2e%2f%2e%2e%2fpackage.json',
      '__proto__',
    ]) {
      const answer = await get(`/assets/${name}`, IN_A_BROWSER)
      expect(answer.statusCode, name).toBe(404)
      expect(answer.json(), name).toMatchObject({ error: { code: 'NOT_FOUND' } })
    }
  })
})
