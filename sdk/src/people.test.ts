import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../server/src/config.ts'
import { compose } from '../../server/src/main.ts'
import { type Client, createClient, type FetchLike } from './index.ts'

const ADA = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'correct horse battery' }
const GRACE = { name: 'Grace Hopper', email: 'grace@example.com', password: 'another good passphrase' }

let url: string
let ada: Client
let organization: string
let close: (() => Promise<void>) | undefined

/** As a page of the server itself calls it: cookies are kept, and the browser says where the page is from. */
function openBrowser(): Client {
  const cookies = new Map<string, string>()
  const fetch: FetchLike = async (address, init) => {
    const headers = new Headers(init.headers)
    headers.set('origin', url)
    headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const answer = await globalThis.fetch(address, { ...init, headers })
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      if (/max-age=0/i.test(set)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return answer
  }
  return createClient({ url, key: null, fetch })
}

async function signedIn({ email, password }: { email: string; password: string }): Promise<Client> {
  const client = openBrowser()
  await client.people.signIn({ email, password })
  return client
}

const tokenOf = (link: string | null) => new URL(link ?? '').hash.slice(1)

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'claviger-sdk-people-'))
  const server = await compose(readConfig({ dataDir, port: '0', logLevel: 'silent' }, {}))
  url = await server.listen()
  close = async () => {
    await server.close()
    rmSync(dataDir, { recursive: true })
  }
  ada = openBrowser()
  const token = tokenOf(await server.setUpLink())
  const made = await ada.people.setUp({ token, ...ADA, organization: { name: 'Acme' } })
  organization = made.organization.id
})

afterAll(() => close?.())

describe('whoever is signed in', () => {
  test('is told who it is and where it belongs, and nobody else is', async () => {
    expect(await ada.people.me()).toMatchObject({
      person: { name: ADA.name, email: ADA.email, operator: true },
      memberships: [{ role: 'owner', organization: { id: organization } }],
    })
    await expect(openBrowser().people.me()).rejects.toMatchObject({ code: 'UNAUTHORIZED', status: 401 })
    expect(await openBrowser().people.methods()).toEqual({ password: true, providers: [] })
  })

  test('changes its name, and shows once more who it is', async () => {
    expect((await ada.people.rename('Ada King')).person.name).toBe('Ada King')
    await ada.people.rename(ADA.name)
    expect((await ada.people.confirm({ password: ADA.password })).session).toMatchObject({
      freshUntil: expect.stringMatching(/Z$/),
    })
    await expect(ada.people.confirm({ password: 'not this one' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
      status: 403,
    })
  })

  test('sees its sessions and ends others, and its own by signing out', async () => {
    const [second, third] = [await signedIn(ADA), await signedIn(ADA)]
    const { items } = await second.people.sessions()
    expect(items).toHaveLength(3)
    const own = items.find(({ current }) => current)
    await third.people.endSession(own?.id ?? '')
    await expect(second.people.me()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await ada.people.endOtherSessions()
    await expect(third.people.me()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    const fourth = await signedIn(ADA)
    await fourth.people.signOut()
    await expect(fourth.people.me()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await ada.people.me()
  })

  test('sets up a second step, which is then asked for, and gives it up', async () => {
    const { secret, uri, recoveryCodes } = await ada.people.beginTwoFactor(ADA.password)
    expect(uri).toMatch(/^otpauth:\/\/totp\//)
    await ada.people.confirmTwoFactor(new TOTP({ secret }).generate())
    const other = openBrowser()
    expect(await other.people.signIn({ email: ADA.email, password: ADA.password })).toEqual({ twoFactorRequired: true })
    const { person } = await other.people.signInSecond({ recoveryCode: recoveryCodes[0] ?? '' })
    expect(person.email).toBe(ADA.email)
    await ada.people.disableTwoFactor(ADA.password)
    await (await signedIn(ADA)).people.signOut()
  })
})

describe('somebody who is invited', () => {
  test('accepts, gets a role and another, and is removed with what they made left behind', async () => {
    const sent = await ada.invitations.create(organization, { email: GRACE.email, role: 'viewer' })
    const again = await ada.invitations.resend(organization, sent.invitation.id)
    const grace = openBrowser()
    const token = tokenOf(again.link)
    await expect(grace.invitations.preview(tokenOf(sent.link))).rejects.toMatchObject({ status: 404 })
    expect(await grace.invitations.preview(token)).toMatchObject({ role: 'viewer', organization: { name: 'Acme' } })
    await grace.invitations.accept({ token, name: GRACE.name, password: GRACE.password })

    const members = await ada.members.list(organization)
    const member = members.items.find(({ person }) => person.email === GRACE.email)
    expect(member).toMatchObject({ role: 'viewer' })
    const refused = grace.keys.create(organization, { name: 'mine', accessLevel: 'read-only' })
    await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await ada.members.setRole(organization, member?.id ?? '', 'developer')
    const { key } = await grace.keys.create(organization, { name: 'mine', accessLevel: 'read-only' })

    const removed = await ada.members.remove(organization, member?.id ?? '')
    expect(removed.keys).toMatchObject([{ id: key.id, name: 'mine' }])
    const departed = await ada.reports.departed(organization)
    expect(departed.items).toMatchObject([{ person: { name: GRACE.name }, keys: [{ id: key.id }] }])
    const decided = await ada.reports.resolveDeparted(organization, [{ key: key.id, decision: 'revoke' }])
    expect(decided.items).toEqual([{ key: key.id, outcome: 'done', message: null }])
    expect(await ada.reports.departed(organization)).toMatchObject({ items: [] })
  })

  test('is not, once that is taken back', async () => {
    const { invitation, link } = await ada.invitations.create(organization, { email: 'x@example.com', role: 'admin' })
    await ada.invitations.revoke(organization, invitation.id)
    const statuses = []
    for await (const { email, status } of ada.invitations.all(organization, { limit: 1 }))
      statuses.push([email, status])
    expect(statuses).toContainEqual(['x@example.com', 'revoked'])
    await expect(openBrowser().invitations.preview(tokenOf(link))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('an account that an operator makes', () => {
  test('gets its password by a link, becomes an operator, and is gone when it is deleted', async () => {
    const made = await ada.accounts.create({ name: 'Alan', email: 'alan@example.com' })
    const alan = openBrowser()
    await alan.people.resetPassword({ token: tokenOf(made.link), password: 'a third good passphrase' })
    await alan.people.signIn({ email: 'alan@example.com', password: 'a third good passphrase' })
    await expect(alan.accounts.list()).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await alan.people.changePassword({
      currentPassword: 'a third good passphrase',
      newPassword: 'a fourth good passphrase',
    })
    expect(await ada.accounts.setOperator(made.person.id, true)).toMatchObject({ person: { operator: true } })
    const seen = []
    for await (const { email } of alan.accounts.all({ limit: 1 })) seen.push(email)
    expect(seen).toEqual(expect.arrayContaining([ADA.email, 'alan@example.com']))
    await ada.accounts.delete(made.person.id)
    await expect(alan.people.me()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  test('that asks for a new password is answered like an address that nobody has', async () => {
    const known = await openBrowser().people.forgotPassword(ADA.email)
    expect(await openBrowser().people.forgotPassword('nobody@example.com')).toEqual(known)
  })
})

describe('reports', () => {
  test('of keys that are overdue for rotation or unused are empty where there is none', async () => {
    expect(await ada.reports.rotationDue(organization)).toEqual({ items: [], nextCursor: null })
    expect(await ada.reports.unused(organization, { days: 1 })).toEqual({ items: [], nextCursor: null })
  })
})
