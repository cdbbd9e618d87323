import { ERROR_CODES } from '@claviger/core'
import { describe, expect, test } from 'vitest'
import { startApp } from '../testing/test-domain.ts'

async function start() {
  const { app } = await startApp()
  const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers })
  return { app, get }
}

describe('the API reference', () => {
  test.each(['/docs', '/docs/'])('at %s runs nothing inline and loads nothing from elsewhere', async (url) => {
    const { get } = await start()
    const page = await get(url)
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    const policy = String(page.headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(page.headers['x-content-type-options']).toBe('nosniff')
    expect(page.body).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=|https?:/)
    const assets = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, path]) => new URL(path ?? '', `http://a${url}`),
    )
    expect(assets.length).toBeGreaterThan(5)
    for (const { pathname } of assets) {
      const asset = await get(pathname)
      expect([asset.statusCode, asset.body.length > 0], pathname).toEqual([200, true])
      expect(asset.headers['content-type'], pathname).toMatch(
        /^(?:text\/css|(?:text|application)\/javascript|image\/png)/,
      )
    }
  })

  test('lists every operation, from the document that everybody else gets', async () => {
    const { app, get } = await start()
    const shown = (await get('/docs/json')).json()
    expect(shown).toEqual((await get('/openapi.json')).json())
    const routes = app
      .accessOfRoutes()
      // Where providers send browsers back to is nobody's to call.
      .filter(({ method, url }) => method !== 'HEAD' && /^\/(?:v1(?!\/auth\/callback)|healthz|readyz)/.test(url))
    expect(routes.length).toBeGreaterThan(30)
    for (const { method, url, access } of routes) {
      const operation = shown.paths[url.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
      expect(operation, `${method} ${url}`).toMatchObject({ summary: expect.any(String), tags: [expect.any(String)] })
      if (typeof access === 'object') expect(operation.description, `${method} ${url}`).toContain(access.service)
    }
    for (const code of Object.keys(ERROR_CODES)) expect(shown.info.description).toContain(`\`${code}\``)
    const tags = new Set(shown.tags.map(({ name }: { name: string }) => name))
    for (const { method, url } of routes) {
      const { tags: own } = shown.paths[url.replace(/:(\w+)/g, '{$1}')][method.toLowerCase()]
      for (const tag of own) expect(tags).toContain(tag)
    }
  })

  test('has nothing else to give: no other file, and the error of every other route', async () => {
    const { get } = await start()
    for (const url of [
      '/docs/nothing',
      '/docs/static/../lib/routes.js',
      '/docs/static/%2e%2e/package.json',
      '/docs/%00',
    ]) {
      const answer = await get(url)
      expect(answer.statusCode, url).toBe(404)
      expect(answer.json().error).toMatchObject({ code: 'NOT_FOUND', requestId: answer.headers['x-request-id'] })
    }
  })

  test('is not sent again to a browser that has it', async () => {
    const { get } = await start()
    const first = await get('/docs/static/swagger-ui.css')
    const again = await get('/docs/static/swagger-ui.css', { 'if-none-match': String(first.headers.etag) })
    expect([again.statusCode, again.body, again.headers['cache-control']]).toEqual([304, '', 'no-cache'])
  })
})
