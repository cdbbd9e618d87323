import type { ErrorEnvelope } from '@claviger/core'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { ADA, eventually } from '../dashboard.ts'
import { type Newcomer, startNewcomer } from './newcomer.fixture.ts'
import {
  cellOf,
  choose,
  closeSecret,
  copyCommand,
  copySecret,
  dialogOf,
  invite,
  join,
  NOTICED,
  openMenu,
  rowOf,
  sidebar,
  untilTold,
} from './screens.fixture.ts'
import { bearer, curl, runInShell } from './shell.fixture.ts'
import { type Engine, onEngines } from './walk.fixture.ts'

const PROFILES: readonly [profile: string, short: Engine][] = [
  ['default', 'SQLite'],
  ['datature-vi', 'PostgreSQL'],
  ['inkit-render', 'SQLite'],
  ['vilvik', 'SQLite'],
  ['visitly', 'PostgreSQL'],
]
/** In short under the default product alone: the others are followed there by what their own documents say. */
const WALKED = process.env.PROOF === 'full' ? PROFILES : PROFILES.slice(0, 1)
const CASES = WALKED.flatMap(([profile, short]) => onEngines(short).map((engine) => [profile, engine] as const))

describe.each(CASES)('a newcomer with the product file %s, on %s', (profile, engine) => {
  let newcomer: Newcomer
  let page: Page
  let words: Newcomer['product']['screen']['words']
  let secret = ''
  const done: string[] = []

  const allows = (action: 'rotate' | 'revoke' | 'delete') => newcomer.product.screen.menu.includes(action)
  const self = () => `${newcomer.server.address}/v1/keys/self`
  const statusOf = async (key: string) => (await curl(bearer(key), self())).status
  const toList = async () => {
    const entry = newcomer.product.screen.navigation.at(-1) ?? ''
    await sidebar(page).getByRole('link', { name: entry, exact: true }).click()
    await page.getByRole('heading', { level: 1 }).waitFor()
  }
  const create = async (name: string) => {
    await page.getByRole('link', { name: words.create }).click()
    await page.getByLabel('Name', { exact: true }).fill(name)
    const level = page.getByRole('radio', { name: /^(Full|Read & Write)/ })
    const scope = page.getByRole('checkbox').first()
    await level.or(scope).first().check()
    await page.getByRole('button', { name: words.create }).click()
    await page.getByRole('alertdialog').waitFor()
  }
  const confirm = async (title: string, name: string, verb: string, done: string) => {
    const dialog = dialogOf(page, title)
    const typed = dialog.getByLabel(`Type ${name} to go on`)
    await dialog
      .getByText(/^(Nobody in seven days|curl|\d+ requests?)/)
      .first()
      .waitFor()
    if (await typed.isVisible()) await typed.fill(name)
    await dialog.getByRole('button', { name: verb, exact: true }).click()
    await untilTold(page, done, name)
    await dialog.waitFor({ state: 'detached' })
  }

  beforeAll(async () => {
    newcomer = await startNewcomer(profile, engine)
    page = newcomer.page
    words = newcomer.product.screen.words
  })

  test('is led by the link that the start prints to an account, a first organization, and the keys', async () => {
    await page.getByText('The server printed a link when it started.').waitFor()
    await page.goto(newcomer.link)
    await page.getByLabel('Your name').fill(ADA.name)
    await page.getByLabel('E-mail').fill(ADA.email)
    await page.getByLabel('Password').fill(ADA.password)
    await page.getByLabel('First organization').fill('Acme Inc')
    await page.getByRole('button', { name: 'Set up' }).click()
    await page.waitForURL('**/org_*/keys')
    await page.getByRole('heading', { name: /^No .* yet$/ }).waitFor()
  })

  test('makes a key, and the command shown beside its secret works in a terminal as it was copied', async () => {
    await create('first steps')
    secret = await copySecret(page)
    const { code, stdout, stderr } = await runInShell(await copyCommand(page, 'Key filled in'))
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ name: 'first steps' })
    await closeSecret(page)
    done.push('Create key')
  })

  test('sees the use of the key on the open page', async () => {
    const used = await cellOf(page, 'first steps', words.lastUsed)
    await used.getByRole('time').waitFor(NOTICED)
    expect(await used.innerText()).toBe('just now')
  })

  test('changes the secret without a break, where the product offers that: both work, and it is seen who uses the old one', async () => {
    if (!allows('rotate')) {
      expect((await openMenu(page, 'first steps')).length).toBe(newcomer.product.screen.menu.length)
      expect(await page.getByRole('menuitem', { name: words.rotate }).count()).toBe(0)
      await page.keyboard.press('Escape')
      return
    }
    await choose(page, 'first steps', words.rotate)
    const dialog = dialogOf(page, `${words.rotate}: first steps`)
    await dialog.getByRole('radio', { name: 'In 1 hour' }).check()
    await dialog.getByRole('button', { name: words.rotate, exact: true }).click()
    const fresh = await copySecret(page)
    await closeSecret(page)
    expect([await statusOf(secret), await statusOf(fresh)]).toEqual([200, 200])
    await rowOf(page, 'first steps')
      .getByText(/^Old secret: (59 min|1 h)/)
      .waitFor()
    await rowOf(page, 'first steps').getByRole('link', { name: 'first steps' }).click()
    await page.getByText(/^The old secret works for (59 min|1 h)/).waitFor()
    await page.getByRole('link', { name: 'Callers' }).click()
    await eventually(async () => {
      await page.reload()
      const old = page.getByRole('row').filter({ has: page.getByText('Old', { exact: true }) })
      await old.getByText(/^curl/).waitFor({ timeout: 3_000 })
    })
    await page.getByRole('button', { name: 'Finish now' }).click()
    await untilTold(page, 'Old secret ended', 'first steps')
    expect([await statusOf(secret), await statusOf(fresh)]).toEqual([401, 200])
    secret = fresh
    done.push('Rotate key')
  })

  test('ends the key, where the product offers that apart from deleting, and the next request is refused', async () => {
    if (!allows('revoke')) return
    await toList()
    await choose(page, 'first steps', words.revoke)
    await confirm(`${words.revoke}: first steps`, 'first steps', words.revoke, 'Revoked')
    expect(await statusOf(secret)).toBe(401)
    await page.getByRole('link', { name: /^Revoked/ }).click()
    done.push('Revoke key')
  })

  test('deletes it, and the row is gone', async () => {
    if (!allows('revoke')) await toList()
    await choose(page, 'first steps', words.delete)
    await confirm(
      `${words.delete}: first steps`,
      'first steps',
      words.delete,
      profile === 'datature-vi' ? 'Removed' : 'Deleted',
    )
    await rowOf(page, 'first steps').waitFor({ state: 'detached' })
    expect(await statusOf(secret)).toBe(401)
    done.push('Delete key')
  })

  test('finds all of it in the activity', async () => {
    await sidebar(page).getByRole('link', { name: 'Activity' }).click()
    for (const what of done) {
      const row = page.getByRole('row').filter({ hasText: what }).filter({ hasText: 'first steps' }).first()
      expect(await row.innerText()).toContain(ADA.name)
    }
  })

  test('invites a colleague who looks at everything and changes nothing, on the screen and past it', async () => {
    await toList()
    await create('for good')
    await closeSecret(page)
    await sidebar(page).getByRole('link', { name: 'Members' }).click()
    const link = await invite(page, 'grace@example.com', 'Viewer')
    const viewer = await newcomer.elsewhere(link)
    await join(viewer, 'Grace Hopper', 'another good passphrase')
    await rowOf(viewer, 'for good').waitFor()
    await viewer.getByRole('button', { name: words.create, disabled: true }).waitFor()
    const entries = await openMenu(viewer, 'for good')
    for (const entry of entries.filter((text) => text !== words.details)) {
      expect(entry).toContain('Your role lets you look, and change nothing.')
    }
    await viewer.keyboard.press('Escape')
    const organization = /org_\w+/.exec(viewer.url())?.[0]
    const refused = await viewer.evaluate(async (path) => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify({ name: 'mine' }) })
      return { status: answer.status, body: (await answer.json()) as unknown }
    }, `/v1/organizations/${organization}/keys`)
    expect(refused.status).toBe(403)
    expect((refused.body as ErrorEnvelope).error.code).toBe('FORBIDDEN')
    await sidebar(viewer).getByRole('link', { name: 'Members' }).click()
    await viewer.getByRole('button', { name: 'Invite somebody', disabled: true }).waitFor()
  })

  test('has met no screen that complained', () => newcomer.end())
})
