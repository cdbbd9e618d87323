import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { Client } from 'pg'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PostgresServer } from '../server/src/testing/postgres-server.ts'
import { TestMailServer } from '../server/src/testing/smtp-server.ts'
import { ADA, type Dashboard, eventually, expectAccessible, startDashboard, takeScreenshot } from './dashboard.ts'

let postgres: PostgresServer

beforeAll(async () => {
  postgres = await PostgresServer.start()
})

afterAll(() => postgres.close())

async function newDatabase(name: string): Promise<string> {
  const client = new Client(postgres.url())
  await client.connect()
  await client.query(`create database ${name} template template0`)
  await client.end()
  return postgres.url(name)
}

/** A port that nothing listens on yet. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(address)))
    })
  })
}

/** The words of the product, and what a dead secret is told. */
const PROFILES = {
  default: { stop: 'Revoke', create: 'Create API key', environment: 'staging', code: 'REVOKED', past: 'Revoked' },
  'datature-vi': {
    stop: 'Remove Key',
    create: 'Create Secret Key',
    environment: 'staging',
    code: 'UNKNOWN',
    past: 'Removed',
  },
} as const

const EVERY_CASE = [
  ['datature-vi', 'SQLite', true],
  ['default', 'PostgreSQL', false],
  ['datature-vi', 'PostgreSQL', false],
  ['default', 'SQLite', true],
] as const
const CASES = process.env.PROOF === 'full' ? EVERY_CASE : EVERY_CASE.slice(0, 2)

describe.each(CASES)('under %s on %s', (profile, engine, withMail) => {
  const words = PROFILES[profile]
  let dashboard: Dashboard
  let mailPort: number

  beforeAll(async () => {
    mailPort = await freePort()
    dashboard = await startDashboard({
      profile,
      env: {
        ...(engine === 'PostgreSQL' && { DATABASE_URL: await newDatabase(`leaks_${profile.replace('-', '_')}`) }),
        ...(withMail && { SMTP_URL: `smtp://127.0.0.1:${mailPort}` }),
      },
    })
  })

  const step = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

  /** @returns the code. */
  async function use(key: string, client: string, ip: string): Promise<string> {
    const body = { key, ip, client: { name: client } }
    const { connection } = dashboard.operator
    return (await connection.send<{ code: string }>('/v1/keys/verify', { method: 'POST', body })).body.code
  }

  async function makeUsed(name: string) {
    const made = await dashboard.operator.createKey(dashboard.organization, {
      name,
      environment: words.environment,
      accessLevel: 'read-only',
      rateLimit: { limit: 500, windowSeconds: 60 },
    })
    expect(await use(made.secret, 'nightly-export', '203.0.113.7')).toBe('VALID')
    await eventually(async () =>
      expect((await dashboard.operator.key(dashboard.organization, made.key.id)).lastUsedAt).not.toBeNull(),
    )
    return made
  }

  async function takeSecret(page: Page, title: RegExp): Promise<string> {
    const panel = page.getByRole('alertdialog', { name: title })
    const secret = await panel.getByRole('textbox', { name: title }).inputValue()
    await panel.getByRole('button', { name: 'I have saved it' }).click()
    await panel.waitFor({ state: 'detached' })
    return secret
  }

  test('a leaked key is stopped, replaced, watched, reviewed and told of, whenever somebody comes back', async () => {
    const mailServer = withMail ? await TestMailServer.start({ port: mailPort }) : null
    const { key, secret } = await makeUsed('leaked')
    const page = await dashboard.open(dashboard.path(`/keys/${key.id}`))
    await page.getByRole('link', { name: 'Has its secret leaked? What to do' }).click()
    await page.getByRole('heading', { name: 'Compromised: leaked' }).waitFor()
    await step(page, 'Review recent activity').getByRole('table', { name: 'Callers of leaked' }).waitFor()
    await expectAccessible(page, 'a key that is still alive')
    await takeScreenshot(page, `compromised-${profile}-before`)

    const stop = step(page, 'Stop it')
    await stop.getByRole('button', { name: `${words.stop}…` }).click()
    const dialog = page.getByRole('dialog', { name: `${words.stop}: leaked` })
    await dialog.getByText('nightly-export, 203.0.113.7').waitFor()
    await dialog.getByLabel('Type leaked to go on').fill('leaked')
    await dialog.getByRole('button', { name: words.stop, exact: true }).click()
    await page.getByText(new RegExp(`^${words.past} everywhere`)).waitFor()
    expect(await use(secret, 'nightly-export', '203.0.113.7')).toBe(words.code)
    expect(await use(secret, 'stranger', '198.51.100.66')).toBe(words.code)
    await stop.getByText(`${words.past} by ${ADA.name}`).waitFor()

    const update = step(page, 'Update what used it')
    await update.getByRole('row').filter({ hasText: 'stranger' }).filter({ hasText: '198.51.100.66' }).waitFor()
    await update.getByText('2 callers tried the old secret since it was stopped.').waitFor()

    // Whoever comes back finds it as it was left.
    await page.reload()
    await stop.getByText(`${words.past} by ${ADA.name}`).waitFor()
    const replace = step(page, 'Replace it')
    await replace.getByRole('button', { name: 'Create the replacement' }).click()
    expect(await replace.getByLabel('Name', { exact: true }).inputValue()).toBe('leaked (replacement)')
    expect(await replace.getByLabel('Environment').inputValue()).toBe(words.environment)
    await replace.getByRole('button', { name: words.create, exact: true }).click()
    const fresh = await takeSecret(page, /^Your new/)
    expect(await use(fresh, 'nightly-export', '203.0.113.7')).toBe('VALID')
    await replace.getByRole('link', { name: 'leaked (replacement)' }).waitFor()
    const { body } = await dashboard.operator.connection.send<{ key: { id: string } }>('/v1/keys/verify', {
      method: 'POST',
      body: { key: fresh },
    })
    const replacement = await dashboard.operator.key(dashboard.organization, body.key.id)
    expect(replacement).toMatchObject({ accessLevel: 'read-only', rateLimit: { limit: 500, windowSeconds: 60 } })

    const review = step(page, 'Review recent activity')
    const callers = review.getByRole('region', { name: 'Callers' })
    await callers.getByRole('row').filter({ hasText: 'stranger' }).getByText('New', { exact: true }).waitFor()
    await review.getByRole('region', { name: 'Refused requests' }).getByText('198.51.100.66').waitFor()
    await review.getByRole('region', { name: 'Changes' }).getByText('Replace key').waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      callers.getByRole('button', { name: 'Export CSV' }).click(),
    ])
    expect(readFileSync(await download.path(), 'utf8')).toMatch(
      /^client,userAgent,ip,[\s\S]*stranger,,198\.51\.100\.66,/,
    )

    const tell = step(page, 'Tell the team')
    if (mailServer === null) {
      const text = await tell.getByLabel('Message to your team').inputValue()
      expect(text).toContain('“leaked”')
      expect(text).toContain('Acme Inc')
      expect(text).toContain('Replaced by “leaked (replacement)”')
      for (const each of [secret, fresh]) expect(text).not.toContain(each)
    } else {
      const before = profile === 'default' ? 'Tell them how it stands now' : 'Tell owners and admins by mail'
      await tell.getByRole('button', { name: before }).click()
      await page.getByText('1 person is told by mail').waitFor()
      const mailOf = () => mailServer.mails.find(({ parsed }) => parsed.subject?.endsWith('“leaked” was compromised'))
      await eventually(async () => expect(mailOf()).toBeDefined())
      const { envelope, raw, parsed } = mailOf() as NonNullable<ReturnType<typeof mailOf>>
      expect(envelope.to).toEqual([ADA.email])
      expect(parsed.text).toContain(`/keys/${key.id}/compromised`)
      for (const each of [secret, fresh]) expect(raw).not.toContain(each)
      await tell.getByText(`told by mail, by ${ADA.name}`).waitFor()
      await tell.getByRole('button', { name: 'Tell them how it stands now' }).click()
      await tell
        .getByRole('alert')
        .getByText(/within the last hour/)
        .waitFor()
    }
    await expectAccessible(page, 'a key that was dealt with')
    await page.setViewportSize({ width: 1440, height: 2_400 })
    await takeScreenshot(page, `compromised-${profile}-after`)
    await page.setViewportSize({ width: 320, height: 900 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    expect(dashboard.complaints()).toEqual([])
    await page.close()
  })

  test('with a new secret the same key goes on, and needs no replacement', async () => {
    const { key, secret } = await makeUsed('turned')
    const page = await dashboard.open(dashboard.path(`/keys/${key.id}/compromised`))
    const stop = step(page, 'Stop it')
    await stop.getByRole('radio', { name: /^Rotate/ }).check()
    await stop.getByRole('button', { name: 'Rotate…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Rotate: turned' })
    await dialog.getByLabel('Type turned to go on').fill('turned')
    await dialog.getByRole('button', { name: 'Rotate', exact: true }).click()
    const fresh = await takeSecret(page, /^The new/)
    expect([await use(secret, 'late', '203.0.113.9'), await use(fresh, 'nightly-export', '203.0.113.7')]).toEqual([
      'ROTATED',
      'VALID',
    ])
    await page.reload()
    await stop.getByText(`Rotated by ${ADA.name}`).waitFor()
    await step(page, 'Replace it').getByText('Not needed: the key has a new secret already.').waitFor()
    await step(page, 'Update what used it').getByText('1 caller tried the old secret since it was stopped.').waitFor()
    expect(await use(fresh, 'nightly-export', '203.0.113.7')).toBe('VALID')
    expect(dashboard.complaints()).toEqual([])
    await page.close()
  })

  test('the way there begins at the dialog that ends a key, and the menu of a row stays as the product has it', async () => {
    const { key } = await makeUsed('listed')
    const page = await dashboard.open(dashboard.path('/keys'))
    await page.getByRole('button', { name: 'Actions for listed', exact: true }).click()
    await page.getByRole('menuitem', { name: words.stop, exact: true }).waitFor()
    if (profile === 'datature-vi') expect(await page.getByRole('menuitem').count()).toBe(2)
    await page.getByRole('menuitem', { name: words.stop, exact: true }).click()
    await page.getByRole('dialog').getByRole('link', { name: 'Has its secret leaked? What to do' }).click()
    await page.waitForURL(`**/keys/${key.id}/compromised`)
    await page.getByRole('heading', { name: 'Compromised: listed' }).waitFor()
    await page.close()
  })
})
