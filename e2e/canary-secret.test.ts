import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KeyIssued } from '@claviger/core'
import { expect, test } from 'vitest'
import { loadServerKey } from '../server/src/storage/server-key-file.ts'
import { Connection, type Sending } from './connection.ts'
import { Operator } from './operator.ts'
import { exchangeBytes } from './raw-exchange.ts'
import { createServiceKey, type RunningServer, runClaviger, startServer } from './running-server.ts'

const USAGE_IS_WRITTEN_MS = 1_500

test('a canary secret is found in no file, log or response but its own', async () => {
  const profile = 'default'
  const server = await startServer({ profile, logLevel: 'trace' })
  const serviceKey = await server.createServiceKey()
  const operator = new Operator(server.address, serviceKey)
  const { id: organization } = await operator.createOrganization({ name: 'canaries', plan: 'premium' })
  const bound = await createServiceKey(server.dataDir, { profile }, '--org', organization)
  const live = await operator.createKey(organization, { name: 'live', environment: 'production', scopes: ['*'] })
  const rotated = await operator.createKey(organization, { name: 'rotated', environment: 'staging' })
  const successor = await operator.rotate(organization, rotated.key.id)
  const revoked = await operator.createKey(organization, { name: 'revoked' })
  const deleted = await operator.createKey(organization, { name: 'deleted' })
  const repeatable = { method: 'POST', headers: { 'idempotency-key': 'canary' }, body: { name: 'repeated' } }
  const repeat = () => operator.connection.send<KeyIssued>(`/v1/organizations/${organization}/keys`, repeatable)
  const repeated = String((await repeat()).body.secret)
  const answers = [(await repeat()).raw]
  for (const { key, secret } of [revoked, deleted]) {
    answers.push(JSON.stringify(await operator.verify(secret)))
    answers.push(JSON.stringify(await operator.revoke(organization, key.id)))
  }
  answers.push(JSON.stringify(await operator.remove(organization, deleted.key.id)))

  const secrets = [
    serviceKey,
    bound.secret,
    repeated,
    ...[live, rotated, successor, revoked, deleted].map(({ secret }) => secret),
  ]
  for (const secret of secrets) answers.push(...(await misplace(server, operator, organization, secret)))
  answers.push((await operator.connection.send(`/v1/organizations/${organization}/keys`)).raw)
  await sleep(USAGE_IS_WRITTEN_MS)

  const backup = await runClaviger(['backup', '--data-dir', server.dataDir, '--to', join(server.dataDir, 'backup.db')])
  expect(backup.code, backup.stderr).toBe(0)
  const whileRunning = readFiles(server.dataDir)
  expect(whileRunning.map(({ name }) => name)).toEqual(expect.arrayContaining(['backup.db', 'journal.ndjson']))
  const { code, stdout, stderr } = await server.stop()
  expect(code).toBe(0)
  const files = [...whileRunning, ...readFiles(server.dataDir)]
  const kept = [...files, { name: 'stdout', content: stdout }, { name: 'stderr', content: stderr }]
  const answered = answers.map((content) => ({ name: `answer ${content}`, content }))
  const serverKey = loadServerKey(join(server.dataDir, 'server-key'), true)
  const leaks: string[] = []
  for (const secret of secrets) {
    const sha256 = createHash('sha256').update(secret).digest()
    // What may be kept is there, so the search looks where things are kept.
    expect(placesOf(Buffer.from(serverKey.digest(sha256)).toString('latin1'), files)).not.toEqual([])
    for (const [form, needle] of formsOf(secret)) {
      leaks.push(...placesOf(needle, [...kept, ...answered]).map((place) => `${form}: ${place}`))
    }
    for (const binary of [sha256.toString('latin1'), sha256.toString('base64'), sha256.toString('base64url')]) {
      leaks.push(...placesOf(binary, kept).map((place) => `its SHA-256: ${place}`))
    }
  }
  expect(leaks).toEqual([])
  const issuing = [live, rotated, successor, revoked, deleted].map((answer) => JSON.stringify(answer))
  for (const secret of secrets) expect(issuing.filter((answer) => answer.includes(secret)).length).toBeLessThan(2)
})

/** Sends a secret to where it belongs and to where it does not. @returns everything that came back. */
async function misplace(
  server: RunningServer,
  operator: Operator,
  organization: string,
  secret: string,
): Promise<string[]> {
  const nobody = new Connection(server.address)
  const keys = `/v1/organizations/${organization}/keys`
  const encoded = `%${secret.charCodeAt(0).toString(16)}${secret.slice(1)}`
  const post = (body: unknown, headers: Record<string, string> = {}): Sending => ({ method: 'POST', body, headers })
  const asHolder: [string, Sending?][] = [
    ['/v1/keys/self', { headers: { authorization: `Bearer ${secret}` } }],
    ['/v1/keys/self', { headers: { 'x-api-key': secret } }],
    ['/v1/keys/self', { headers: { 'x-api-key': secret, authorization: 'Bearer another' } }],
    ['/v1/keys/self', { headers: { authorization: secret } }],
    ['/v1/keys/self', { headers: { authorization: `Basic ${Buffer.from(`${secret}:`).toString('base64')}` } }],
    ['/v1/organizations', { headers: { authorization: `Bearer ${secret}x` } }],
    ['/v1/organizations', post('{', { authorization: `Bearer ${secret}` })],
    [`/v1/keys/self?key=${secret}`],
    [`/v1/keys/self?${encoded}`, { headers: { 'x-api-key': secret } }],
    [`/${secret}`],
    [`/${encoded}?${encoded}=${encoded}`],
    [`/%zz${secret}`],
    ['/nowhere', { headers: Object.fromEntries(HEADERS.map((name) => [name, secret])) }],
    ['/healthz', { headers: Object.fromEntries(HEADERS.map((name) => [name, secret])) }],
  ]
  const asOperator: [string, Sending?][] = [
    ['/v1/keys/verify', post({ key: secret })],
    ['/v1/keys/verify', post({ key: `${secret}x` })],
    ['/v1/keys/verify', post(`{"key":"${secret}"`)],
    ['/v1/keys/verify', post(`{"key":${secret}}`)],
    ['/v1/keys/verify', post(JSON.stringify(secret))],
    ['/v1/keys/verify', post(`key=${secret}`, { 'content-type': 'application/x-www-form-urlencoded' })],
    ['/v1/keys/verify', post(secret, { 'content-type': 'text/plain' })],
    ['/v1/keys/verify', post({ key: secret }, { 'content-type': secret.replace('_', '/') })],
    ['/v1/keys/verify', post({ key: [secret] })],
    ['/v1/keys/verify', post({ key: 'x', [secret]: secret })],
    ['/v1/keys/verify', post({ key: 'x', scopes: [secret] })],
    ['/v1/keys/verify', post({ key: 'x', ip: secret, organizationId: secret, client: { name: secret } })],
    ['/v1/keys/verify', post({ key: 'x', resources: { [secret]: 1 } })],
    [keys, post({ name: 'x', scopes: [secret] })],
    [keys, post({ name: 'x', accessLevel: secret })],
    [keys, post({ name: 'x', environment: secret })],
    [keys, post({ name: 'x', expiresAt: secret })],
    [keys, post({ name: 'x', allowedIps: [secret] })],
    [keys, post({ name: 'x', resources: { [secret]: ['a'] } })],
    ['/v1/organizations', post({ name: 'x', plan: secret })],
    [`${keys}/${secret}/revoke`, post({})],
    [`${keys}/key_nobody/revoke`, post({ reason: secret })],
    [`${keys}/${encoded}`],
    [`${keys}?cursor=${secret}`],
    [`${keys}?${encoded}=1`],
    [`${keys}?limit=${encoded}`],
  ]
  const answers: string[] = []
  for (const [path, sending] of asHolder) answers.push((await nobody.send(path, sending)).raw)
  for (const [path, sending] of asOperator) answers.push((await operator.connection.send(path, sending)).raw)
  for (const bytes of [
    secret,
    `${secret} / HTTP/1.1\r\n\r\n`,
    `GET / ${secret}\r\n\r\n`,
    `GET /${secret}\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: x\r\n${secret}\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: x\r\nX-API-Key: ${secret}\0\r\n\r\n`,
    `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${secret}\r\n`,
    `GET / HTTP/1.1\r\nHost: x\r\nX-API-Key: ${secret}\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  ]) {
    answers.push((await exchangeBytes(server.port, [bytes, '\r\n\r\n'])).raw)
  }
  nobody.close()
  return answers
}

const HEADERS = ['x-request-id', 'user-agent', 'referer', 'cookie', 'x-forwarded-for', 'origin', 'accept', 'if-match']

/** Ways in which a secret, or the part of it that nobody may know, can be written down. */
function formsOf(secret: string): [string, string][] {
  const known = secret.lastIndexOf('_') + 1 + 8
  const unknown = secret.slice(known, known + 32)
  const sha256 = createHash('sha256').update(secret).digest('hex')
  const forms: [string, string][] = [
    ['the secret', secret],
    ['its secret characters', unknown],
    ['its secret characters backwards', [...unknown].reverse().join('')],
    ['its hexadecimal form', Buffer.from(unknown).toString('hex')],
    ['its SHA-256', sha256],
    ['its SHA-256 in capitals', sha256.toUpperCase()],
  ]
  // What base64 makes of a text depends on where in the whole the text begins.
  for (const offset of [0, 1, 2]) {
    const shifted = Buffer.concat([Buffer.alloc(offset), Buffer.from(unknown)])
    const whole = Math.floor(((offset + unknown.length) * 8) / 6)
    forms.push([`its base64 form at ${offset}`, shifted.toString('base64').slice(Math.ceil((offset * 8) / 6), whole)])
  }
  return forms
}

interface Place {
  name: string
  /** A character for each byte. */
  content: string
}

function placesOf(needle: string, places: readonly Place[]): string[] {
  return places.filter(({ content }) => content.includes(needle)).map(({ name }) => name)
}

function readFiles(directory: string): Place[] {
  return readdirSync(directory).map((name) => ({ name, content: readFileSync(join(directory, name), 'latin1') }))
}
