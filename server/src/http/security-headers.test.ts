import { describe, expect, test } from 'vitest'
import { startWithOrganization } from './organization.fixture.ts'

const EVERYWHERE = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

describe('every answer', () => {
  test('tells a browser to run nothing, guess nothing, tell nobody and keep nothing', async () => {
    const { app, call, base, create } = await startWithOrganization()
    const { secret } = await create()
    const answers = await Promise.all([
      call('GET', '/healthz', { key: null }),
      call('GET', '/openapi.json', { key: null }),
      call('GET', '/nowhere', { key: null }),
      call('GET', '/v1/%zz', { key: null }),
      call('GET', `/v1/organizations/${'a'.repeat(101)}`),
      call('GET', '/v1/organizations', { key: null }),
      call('GET', `${base}/keys`),
      call('GET', `${base}/keys?limit=x`),
      call('POST', '/v1/keys/verify', { body: { key: secret } }),
      call('POST', '/v1/keys/verify', { body: {} }),
      call('GET', '/v1/keys/self', { key: secret }),
    ])
    for (const { headers } of answers) expect(headers).toMatchObject(EVERYWHERE)
    const head = await app.inject({ method: 'HEAD', url: '/healthz' })
    expect(head.headers).toMatchObject(EVERYWHERE)
  })

  test('demands https from then on where that is how callers reach the server, and only there', async () => {
    const plain = await startWithOrganization()
    expect((await plain.call('GET', '/healthz')).headers).not.toHaveProperty('strict-transport-security')
    const secure = await startWithOrganization({ publicUrl: 'https://keys.example.com' })
    for (const url of ['/healthz', '/nowhere']) {
      const { headers } = await secure.call('GET', url)
      expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains')
    }
  })

  test('lets no page of another origin in: no CORS header, and preflights are refused', async () => {
    const { app } = await startWithOrganization()
    for (const url of ['/v1/keys/verify', '/v1/organizations', '/healthz', '/nowhere']) {
      for (const method of ['OPTIONS', 'GET', 'POST'] as const) {
        const { statusCode, headers, json } = await app.inject({
          method,
          url,
          headers: {
            origin: 'https://evil.example',
            'access-control-request-method': 'POST',
            'access-control-request-headers': 'authorization',
          },
        })
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
        if (method !== 'OPTIONS') continue
        expect(statusCode).toBe(404)
        expect(json()).toMatchObject({ error: { code: 'NOT_FOUND', requestId: headers['x-request-id'] } })
      }
    }
  })
})
