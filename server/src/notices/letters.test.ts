import { expect, test } from 'vitest'
import { revokeKey } from '../domain/end-key.ts'
import { issueKey } from '../domain/issue-key.ts'
import { isSound } from '../domain/links.ts'
import { DECISIONS, NOTICES, type QueuedNotice } from '../domain/notice-facts.ts'
import type { InvitationRecord } from '../domain/people-records.ts'
import { loadProduct } from '../product/load.ts'
import { PROFILES, reveal } from '../testing/test-domain.ts'
import { startOutbox } from '../testing/test-outbox.ts'
import { eventually } from '../testing/test-server.ts'

const DAY = 24 * 60 * 60_000
const ADA = 'ada@example.com'
const GUEST = 'guest@example.com'

/** A product in which production keys wait for approval, and an organization whose owner is Ada. */
async function start() {
  const visitly = loadProduct('visitly', { profilesDir: PROFILES })
  const production = {
    id: 'prod',
    label: 'Production',
    tag: null,
    rotationDays: null,
    approval: 'admin' as const,
    production: true,
  }
  const server = await startOutbox({ product: { ...visitly, environments: [production] } })
  const { clock, domain, database, actor, outbox, outcomes, queue, mailServer } = server
  const { personId, organizationId } = await server.newOwner(ADA)
  const issue = async (name: string) => {
    // It would tell of itself; here nothing is sent but what a test asks for.
    const silent = { ...domain, mail: { enabled: false } }
    const { value } = await issueKey(silent, actor, organizationId, {
      name,
      environment: 'prod',
      scopes: ['visits:read'],
    })
    return { id: value.key.id, secret: reveal(value.secret) }
  }
  const ofKey = (keyId: string, keyName = 'front desk') => ({ organizationId, keyId, keyName, environment: 'prod' })
  const invite = async (changes: Partial<InvitationRecord> = {}): Promise<string> => {
    const now = clock.now()
    const invitation: InvitationRecord = {
      id: `inv_${mailServer.mails.length}${outcomes.length}${Object.keys(changes).join('')}`,
      organizationId,
      email: GUEST,
      role: 'admin',
      invitedBy: { id: personId, name: 'Ada' },
      createdAt: now,
      expiresAt: now + 7 * DAY,
      acceptedAt: null,
      revokedAt: null,
      ...changes,
    }
    await database.transact(async (writes) => {
      await writes.insertInvitation(invitation)
      return { commit: true, value: null }
    })
    return invitation.id
  }
  /** @returns the mail that was sent; null: it was dropped. */
  const tell = async (recipient: string, notice: QueuedNotice) => {
    const before = outcomes.length
    await queue(recipient, notice)
    const kept = JSON.stringify(await server.waiting())
    outbox.wake()
    await eventually(async () => outcomes.length, before + 1)
    if (outcomes.at(-1) !== 'sent') return null
    const mail = mailServer.mails.at(-1)
    if (!mail) throw new Error('nothing was sent')
    const text = mail.parsed.text ?? ''
    const html = mail.parsed.html ?? ''
    const links = [...text.matchAll(/https:\/\/keys\.example\.com\S*/g)].map(([link]) => link)
    for (const link of links) expect(html).toContain(`href="${link}"`)
    return { ...mail, subject: mail.parsed.subject ?? '', text, html, links, kept }
  }
  return { ...server, personId, organizationId, issue, ofKey, invite, tell }
}

test('every notice arrives, in the product’s words, as text and HTML, with the link it is about', async () => {
  const { tell, invite, issue, ofKey, personId, domain, clock, organizationId } = await start()
  const key = await issue('front desk')
  const at = Date.UTC(2026, 0, 15, 9, 5)
  const keyPage = `https://keys.example.com/${organizationId}/keys/${key.id}`
  const seen = new Set<string>()
  const expectMail = async (recipient: string, notice: QueuedNotice, subject: string, words: string[]) => {
    seen.add(notice.notice)
    const mail = await tell(recipient, notice)
    expect(mail?.subject).toBe(subject)
    for (const word of words) expect(mail?.text).toContain(word)
    expect(mail?.envelope).toEqual({ from: 'keys@example.com', to: [recipient] })
    expect(mail?.parsed.from).toMatchObject({ name: 'Visitly', address: 'keys@example.com' })
    expect(mail?.parsed.to).toMatchObject([{ address: recipient }])
    expect(mail?.parsed.headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
    )
    expect(mail?.parsed.messageId).toMatch(/^<msg_\w+@example\.com>$/)
    expect(mail?.text).not.toContain(key.secret)
    return mail
  }

  const invitationId = await invite()
  const invited = await expectMail(
    GUEST,
    { notice: 'invitation', facts: { invitationId } },
    'Ada invites you to Acme on Visitly',
    ['Ada invites you to join “Acme” on Visitly as an admin.', '22 January 2026', 'UTC'],
  )
  const [, token = ''] = invited?.links[0]?.split('https://keys.example.com/invite#') ?? []
  const opens = (at: number) => isSound(domain.serverKey, 'invite', token, String(clock.now() + 7 * DAY), at)
  expect([opens(clock.now()), opens(clock.now() + 7 * DAY)]).toEqual([true, false])
  expect(invited?.kept).not.toContain(token.slice(-43))

  const reset = await expectMail(
    ADA,
    { notice: 'password-reset', facts: { personId } },
    'Set a new password for Visitly',
    ['asked for a new password', 'The link works once'],
  )
  const [, resetToken = ''] = reset?.links[0]?.split('https://keys.example.com/reset-password#') ?? []
  // Sealed over the present password, of which there is none.
  const resets = (state: string) => isSound(domain.serverKey, 'reset-password', resetToken, state, clock.now())
  expect([resets(''), resets('another')]).toEqual([true, false])
  expect(reset?.kept).not.toContain(resetToken.slice(-43))

  await expectMail(
    ADA,
    { notice: 'new-sign-in', facts: { personId, ip: '192.0.2.7', userAgent: 'Firefox/144', at } },
    'New sign-in to Visitly',
    ['When: 15 January 2026 at 09:05 UTC', 'Address: 192.0.2.7', 'Browser: Firefox/144'],
  )
  const asked = await expectMail(
    ADA,
    { notice: 'approval-asked', facts: { ...ofKey(key.id), askedBy: 'Dev' } },
    'API Key “front desk” waits for approval',
    ['Dev asks for the API Key “front desk”', 'Organization: Acme', 'Environment: Production', `Approve or decline:\n`],
  )
  expect(asked?.links).toEqual([keyPage])
  for (const decision of DECISIONS) {
    await expectMail(
      ADA,
      { notice: 'approval-decided', facts: { ...ofKey(key.id), decision, decidedBy: 'Bob' } },
      `API Key “front desk” was ${decision}`,
      [`Bob ${decision} the API Key “front desk”.`],
    )
  }
  const created = await expectMail(
    ADA,
    { notice: 'key-created', facts: { ...ofKey(key.id), by: 'Dev', at } },
    'New API Key “front desk” in Acme',
    ['Dev created the API Key “front desk”.', 'When: 15 January 2026'],
  )
  expect(created?.links).toEqual([keyPage])
  const compromised = await expectMail(
    ADA,
    { notice: 'key-compromised', facts: { ...ofKey(key.id), by: 'Dev', at } },
    'API Key “front desk” was compromised and is revoked',
    ['Review its recent activity'],
  )
  expect(compromised?.links).toEqual([`${keyPage}/callers`])
  for (const [stopped, words] of [
    [null, 'still worked'],
    ['rotated', 'every request with the old one is refused'],
    ['deleted', 'It is deleted'],
  ] as const) {
    const reported = await expectMail(
      ADA,
      { notice: 'compromise-reported', facts: { ...ofKey(key.id), by: 'Dev', at, stopped } },
      'API Key “front desk” was compromised',
      ['Dev reports', words],
    )
    expect(reported?.links).toEqual([`${keyPage}/compromised`])
  }
  expect(seen).toEqual(new Set(Object.keys(NOTICES)))
})

test('a notice whose cause is over, or that is not its reader’s any more, is dropped', async () => {
  const { tell, invite, issue, ofKey, personId, newOwner, database, clock, domain, actor, organizationId } =
    await start()
  const gone = async (recipient: string, notice: QueuedNotice) => expect(await tell(recipient, notice)).toBeNull()
  const invitation = (invitationId: string) => ({ notice: 'invitation' as const, facts: { invitationId } })
  await gone(GUEST, invitation('inv_nothing'))
  await gone(GUEST, invitation(await invite({ revokedAt: clock.now() })))
  await gone(GUEST, invitation(await invite({ acceptedAt: clock.now() })))
  await gone(GUEST, invitation(await invite({ expiresAt: clock.now() })))
  await gone(ADA, invitation(await invite()))
  await gone(GUEST, { notice: 'password-reset', facts: { personId } })
  await gone(ADA, { notice: 'password-reset', facts: { personId: 'usr_nobody' } })
  await gone(GUEST, { notice: 'new-sign-in', facts: { personId, ip: null, userAgent: null, at: 0 } })

  const key = await issue('front desk')
  const asked: QueuedNotice = { notice: 'approval-asked', facts: { ...ofKey(key.id), askedBy: 'Dev' } }
  const created: QueuedNotice = { notice: 'key-created', facts: { ...ofKey(key.id), by: 'Dev', at: 0 } }
  await newOwner('stranger@example.com')
  for (const reader of ['nobody@example.com', 'stranger@example.com']) {
    await gone(reader, asked)
    await gone(reader, created)
    await gone(reader, {
      notice: 'approval-decided',
      facts: { ...ofKey(key.id), decision: 'declined', decidedBy: 'B' },
    })
    await gone(reader, { notice: 'key-compromised', facts: { ...ofKey(key.id), by: 'Dev', at: 0 } })
  }
  expect(await tell(ADA, asked)).not.toBeNull()
  const membership = await database.membership(organizationId, personId)
  if (!membership) throw new Error('Ada is an owner')
  const become = (role: 'developer' | 'owner') =>
    database.transact(async (writes) => {
      await writes.setRole({ ...membership, role })
      return { commit: true, value: null }
    })
  await become('developer')
  await gone(ADA, asked)
  await become('owner')
  await revokeKey(domain, actor, organizationId, key.id, {})
  await gone(ADA, asked)
  expect(await tell(ADA, created)).not.toBeNull()
})

test('no name makes a header, a line, an element or a link of its own, and none brings a secret along', async () => {
  const { tell, invite, issue, ofKey, personId } = await start()
  const wicked = 'Eve\r\nBcc: victim@example.com\r\n\r\n<script>alert(1)</script>\u202e\u0007"'
  const { secret, id } = await issue('front desk')
  const invitationId = await invite({
    invitedBy: { id: null, name: `Win at evil.example http://evil.example ${wicked}` },
  })
  const mails = [
    await tell(GUEST, { notice: 'invitation', facts: { invitationId } }),
    await tell(ADA, { notice: 'key-created', facts: { ...ofKey(id, wicked), by: `${wicked} ${secret}`, at: 0 } }),
    await tell(ADA, {
      notice: 'new-sign-in',
      facts: {
        personId,
        ip: wicked,
        userAgent: wicked.repeat(99),
        at: 0,
      },
    }),
  ]
  for (const mail of mails) {
    if (!mail) throw new Error('it was not sent')
    const names = mail.parsed.headers.map(({ key }) => key)
    expect(names).not.toContain('bcc')
    expect(new Set(names).size).toBe(names.length)
    expect(mail.envelope.to).toHaveLength(1)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there.
    expect(mail.subject + mail.text + mail.html).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
    expect(mail.text).not.toMatch(/^Bcc/m)
    expect(mail.html).not.toMatch(/<script/i)
    expect(mail.text).toContain('Eve Bcc:')
    expect(mail.text + mail.html + mail.raw).not.toContain(secret)
  }
  const [invited, created, signIn] = mails
  expect(invited?.links).toHaveLength(1)
  expect(invited?.text).not.toMatch(/evil\.example|http:\/\//)
  expect(created?.html).toContain('&#60;script&#62;alert(1)&#60;/script&#62;')
  expect(created?.text).toContain(`${secret.slice(0, 'visitly_'.length + 8)}…`)
  expect(signIn?.text.length).toBeLessThan(1_500)
})
