import { parseIpRange } from '@claviger/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { issueKey } from '../domain/issue-key.ts'
import { createOrganization } from '../domain/organizations.ts'
import { reveal, startApp } from '../testing/test-domain.ts'
import { callerAddress } from './caller-address.ts'

const ranges = (...texts: string[]) =>
  texts.map((text) => {
    const range = parseIpRange(text)
    if (!range) throw new Error(`${text} is no range`)
    return range
  })

const PROXIES = ranges('10.0.0.0/8', '2001:db8:aaaa::/48')

describe('the caller’s address', () => {
  test('is the connection’s own where no proxy is trusted, whatever a header says', () => {
    for (const forwarded of [undefined, '1.2.3.4', '10.0.0.1, 1.2.3.4', 'rubbish']) {
      expect(callerAddress('198.51.100.7', forwarded, [])).toBe('198.51.100.7')
      expect(callerAddress('198.51.100.7', forwarded, PROXIES)).toBe('198.51.100.7')
    }
    expect(callerAddress('::ffff:198.51.100.7', '1.2.3.4', [])).toBe('198.51.100.7')
    expect(callerAddress(undefined, '1.2.3.4', PROXIES)).toBe('')
  })

  test.each([
    ['one proxy', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['what a caller put in front is not believed', '10.0.0.1', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['a chain of proxies', '10.0.0.1', '1.1.1.1, 203.0.113.9, 10.2.0.1,10.3.0.1', '203.0.113.9'],
    ['nobody but proxies', '10.0.0.1', '10.9.9.9, 10.2.0.1', '10.9.9.9'],
    ['an empty header', '10.0.0.1', '', '10.0.0.1'],
    ['a dual-stack socket', '::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['a mapped address in the header', '10.0.0.1', '::ffff:203.0.113.9', '203.0.113.9'],
    ['a mapped proxy in the header', '10.0.0.1', '203.0.113.9, ::FFFF:10.1.1.1', '203.0.113.9'],
    ['IPv6 written in another way', '2001:db8:aaaa::1', '2001:0DB8:0:0::7', '2001:db8::7'],
    ['a neighbour of the trusted range', '2001:db8:aaab::1', '203.0.113.9', '2001:db8:aaab::1'],
  ])('%s', (_, connection, forwarded, expected) => {
    expect(callerAddress(connection, forwarded, PROXIES)).toBe(expected)
  })

  test.each([
    'unknown',
    '_hidden',
    '203.0.113.9:80',
    '[2001:db8::7]',
    '010.1.1.1',
    'fe80::1%eth0',
    '"x"',
    '1.2.3',
    ' ',
  ])('%s is no address, and nothing to its left is believed', (garbage) => {
    expect(callerAddress('10.0.0.1', `1.1.1.1, ${garbage}`, PROXIES)).toBe('10.0.0.1')
    expect(callerAddress('10.0.0.1', `1.1.1.1, ${garbage}, 10.2.0.1`, PROXIES)).toBe('10.2.0.1')
  })

  test('is never anything that stands to the left of an address that is not trusted', () => {
    const anything = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string())
    fc.assert(
      fc.property(fc.array(anything), fc.integer({ min: 1, max: 254 }), (left, last) => {
        const honest = `203.0.113.${last}`
        expect(callerAddress('10.0.0.1', [...left, honest].join(','), PROXIES)).toBe(honest)
      }),
    )
  })
})

test('behind a trusted proxy an address list and the audit log see the caller, and no other header counts', async () => {
  const { app, domain, actor, call } = await startApp({ trustedProxies: ranges('127.0.0.1') })
  const organization = (await createOrganization(domain, actor, { name: 'Acme' })).value
  const input = { name: 'ci', allowedIps: ['203.0.113.0/24'] }
  const { value } = await issueKey(domain, actor, organization.id, input)
  const self = async (headers: Record<string, string>) => {
    const authorization = `Bearer ${reveal(value.secret)}`
    return (await app.inject({ url: '/v1/keys/self', headers: { authorization, ...headers } })).statusCode
  }
  expect(await self({})).toBe(403)
  expect(await self({ 'x-forwarded-for': '203.0.113.9' })).toBe(200)
  expect(await self({ 'x-forwarded-for': '203.0.113.9, 198.51.100.1' })).toBe(403)
  for (const header of ['forwarded', 'x-real-ip', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip']) {
    expect(await self({ [header]: header === 'forwarded' ? 'for=203.0.113.9' : '203.0.113.9' }), header).toBe(403)
  }
  const forwarded = {
    'x-forwarded-for': '203.0.113.9',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
  }
  const made = await call('POST', `/v1/organizations/${organization.id}/keys`, {
    body: { name: 'b' },
    headers: forwarded,
  })
  expect(JSON.stringify([made.body, made.headers])).not.toMatch(/evil|https/)
  const { items } = (await call('GET', `/v1/organizations/${organization.id}/audit`)).body
  expect(items[0].actor).toMatchObject({ ip: '203.0.113.9' })
})

test('where no proxy is configured the header changes nothing', async () => {
  const { call } = await startApp()
  const headers = { 'x-forwarded-for': '203.0.113.9' }
  const { organization } = (await call('POST', '/v1/organizations', { body: { name: 'Acme' }, headers })).body
  const { items } = (await call('GET', `/v1/organizations/${organization.id}/audit`)).body
  expect(items[0].actor.ip).toBe('127.0.0.1')
})
