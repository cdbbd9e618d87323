import type { ErrorEnvelope } from '@claviger/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../dashboard.ts'
import {
  cellOf,
  choose,
  closeSecret,
  copySecret,
  dialogOf,
  NOTICED,
  openMenu,
  rowOf,
  sidebar,
  untilTold,
} from './screens.fixture.ts'
import { bearer, curl, from } from './shell.fixture.ts'
import { onEngines, startWalk, type Walk } from './walk.fixture.ts'

const CRM = '198.51.100.7'
const ARCHIVE = '198.51.100.8'

/** One of the customer's systems: it renders documents with whatever token it is set up with. */
const render = async (api: string, token: string, system: string, ip: string) =>
  (await curl('--request POST', bearer(token), from(ip), `--user-agent '${system}'`, `${api}/renders`)).status

describe.each(onEngines('PostgreSQL'))('Inkit Render: remove an API key from your account, on %s', (engine) => {
  let walk: Walk
  let api = ''
  /** In the headers of the CRM and of the archive. */
  let token = ''

  const toList = async () => {
    await sidebar(walk.page).getByRole('link', { name: 'API keys' }).click()
    await walk.page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor()
  }

  beforeAll(async () => {
    walk = await startWalk('inkit-render', engine)
    api = await walk.startApi((method) => ({ scopes: [method === 'GET' ? 'renders:read' : 'renders:write'] }))
    token = (await walk.createKey({ name: 'letters', accessLevel: 'full' })).secret
    await walk.createKey({ name: 'floating around', accessLevel: 'read-only' })
  })

  test('the API keys tab lists every key with when and from where it was last used', async () => {
    const { page } = walk
    expect(await render(api, token, 'crm/2.1', CRM)).toBe(201)
    await toList()
    await (await cellOf(page, 'letters', 'From')).getByText(CRM).waitFor(NOTICED)
    expect(await (await cellOf(page, 'floating around', 'Last used')).innerText()).toBe('Never used')
  })

  test('which systems depend on a key is seen from its traffic, before anything is done to it', async () => {
    const { page } = walk
    expect(await render(api, token, 'archive/7', ARCHIVE)).toBe(201)
    await walk.untilUsedFrom(ARCHIVE, 'letters')
    await rowOf(page, 'letters').getByRole('link', { name: 'letters' }).click()
    await page.getByRole('link', { name: 'Callers' }).click()
    for (const [system, ip] of [
      ['crm/2.1', CRM],
      ['archive/7', ARCHIVE],
    ] as const) {
      const row = page.getByRole('row').filter({ hasText: system })
      await row.getByText(ip).waitFor()
      await row.getByText('Accepted').waitFor()
    }
  })

  test('the warning prompt names the systems that would fail, and wants the key’s name before it goes on', async () => {
    const { page } = walk
    await toList()
    await choose(page, 'letters', 'Delete')
    const prompt = dialogOf(page, 'Delete: letters')
    await prompt.getByText('This key is in use').waitFor()
    await prompt.getByText(`crm/2.1, ${CRM}`).waitFor()
    await prompt.getByText(`archive/7, ${ARCHIVE}`).waitFor()
    await prompt.getByText('2 requests', { exact: true }).waitFor()
    const confirm = prompt.getByRole('button', { name: 'Delete' })
    expect(await confirm.getAttribute('aria-disabled')).toBe('true')
    await prompt.getByRole('button', { name: 'Cancel' }).click()
    expect(await render(api, token, 'crm/2.1', CRM)).toBe(201)
  })

  test('nor is a key in use deleted past the screen: 409 with those who depend on it', async () => {
    const key = `${walk.keys}/${await walk.keyId('letters')}`
    const { status, body } = await curl<ErrorEnvelope>('--request DELETE', bearer(await walk.serviceKey()), key)
    expect(status).toBe(409)
    expect(body.error.code).toBe('KEY_IN_USE')
    expect(body.error.details).toMatchObject({
      callers: expect.arrayContaining([
        expect.objectContaining({ userAgent: 'crm/2.1', ip: CRM }),
        expect.objectContaining({ userAgent: 'archive/7', ip: ARCHIVE }),
      ]),
    })
    expect(await render(api, token, 'crm/2.1', CRM)).toBe(201)
  })

  test('a key that no system uses is deleted behind a plain prompt, and a request with it then fails', async () => {
    const { page } = walk
    const { secret } = await walk.createKey({ name: 'obsolete', accessLevel: 'full' })
    await choose(page, 'obsolete', 'Delete')
    const prompt = dialogOf(page, 'Delete: obsolete')
    await prompt.getByText('Nobody in seven days').waitFor()
    await prompt.getByText('gone at once and for good').waitFor()
    expect(await prompt.getByRole('textbox').count()).toBe(0)
    await prompt.getByRole('button', { name: 'Delete' }).click()
    await untilTold(page, 'Deleted', 'obsolete')
    await rowOf(page, 'obsolete').waitFor({ state: 'detached' })
    expect(await render(api, secret, 'crm/2.1', CRM)).toBe(401)
  })

  test('a key is substituted by another: the traffic moves system by system, and both keys show it', async () => {
    const { page } = walk
    await page.getByRole('link', { name: 'Create API key' }).click()
    await page.getByLabel('Name', { exact: true }).fill('letters, new')
    await page.getByRole('radio', { name: 'Full access' }).check()
    await page.getByRole('button', { name: 'Create API key' }).click()
    const next = await copySecret(page)
    await closeSecret(page)
    expect(await (await cellOf(page, 'letters, new', 'Last used')).innerText()).toBe('Never used')
    // The CRM has the new token in its headers, the archive not yet.
    expect(await render(api, next, 'crm/2.1', CRM)).toBe(201)
    expect(await render(api, token, 'archive/7', ARCHIVE)).toBe(201)
    await (await cellOf(page, 'letters, new', 'From')).getByText(CRM).waitFor(NOTICED)
    await (await cellOf(page, 'letters', 'From')).getByText(ARCHIVE).waitFor(NOTICED)
    expect(await render(api, next, 'archive/7', ARCHIVE)).toBe(201)
    await (await cellOf(page, 'letters, new', 'From')).getByText(ARCHIVE).waitFor(NOTICED)
  })

  test('a day after the old key fell silent the prompt lets it go without a name, and nothing breaks', async () => {
    const { page } = walk
    await walk.passDays(2)
    await toList()
    expect(await (await cellOf(page, 'letters', 'Last used')).innerText()).toBe('2 days ago')
    await choose(page, 'letters', 'Delete')
    const prompt = dialogOf(page, 'Delete: letters')
    await prompt.getByText('0 requests', { exact: true }).waitFor()
    expect(await prompt.getByRole('textbox').count()).toBe(0)
    await prompt.getByRole('button', { name: 'Delete' }).click()
    await untilTold(page, 'Deleted', 'letters')
    expect(await render(api, token, 'crm/2.1', CRM)).toBe(401)
  })

  test('Substitute gives a key a new token while the old one works on, and shows who still sends the old one', async () => {
    const { page } = walk
    const old = (await walk.createKey({ name: 'invoices', accessLevel: 'full' })).secret
    expect(await render(api, old, 'crm/2.1', CRM)).toBe(201)
    await choose(page, 'invoices', 'Substitute')
    const dialog = dialogOf(page, 'Substitute: invoices')
    await dialog.getByRole('radio', { name: 'In 7 days' }).check()
    await dialog.getByText('The rotation then finishes by itself.').waitFor()
    await dialog.getByRole('button', { name: 'Substitute' }).click()
    const next = await copySecret(page)
    await closeSecret(page)
    expect(await render(api, next, 'crm/2.1', CRM)).toBe(201)
    expect(await render(api, old, 'archive/7', ARCHIVE)).toBe(201)
    await rowOf(page, 'invoices')
      .getByText(/Old secret: (6 d 23 h|7 d)/)
      .waitFor()
    await rowOf(page, 'invoices').getByRole('link', { name: 'invoices' }).click()
    await page.getByText(/The old secret works for (6 d 23 h|7 d) more/).waitFor()
    await page.getByRole('link', { name: 'Callers' }).click()
    await eventually(async () => {
      await page.reload()
      const archive = page.getByRole('row').filter({ hasText: 'archive/7' })
      await archive.getByText('Old', { exact: true }).waitFor({ timeout: 3_000 })
      await page.getByRole('row').filter({ hasText: 'Current' }).getByText('crm/2.1').waitFor({ timeout: 3_000 })
    })
    expect(await render(api, next, 'archive/7', ARCHIVE)).toBe(201)
    await page.getByRole('button', { name: 'Finish now' }).click()
    await untilTold(page, 'Old secret ended', 'invoices')
    expect(await render(api, old, 'archive/7', ARCHIVE)).toBe(401)
    expect(await render(api, next, 'archive/7', ARCHIVE)).toBe(201)
  })

  test('who knows what fails all the same types the name, and the key is gone at once', async () => {
    const { page } = walk
    const { secret } = await walk.createKey({ name: 'leaked', accessLevel: 'full' })
    expect(await render(api, secret, 'crm/2.1', CRM)).toBe(201)
    await walk.untilUsedFrom(CRM, 'leaked')
    await toList()
    await choose(page, 'leaked', 'Delete')
    const prompt = dialogOf(page, 'Delete: leaked')
    await prompt.getByText(`crm/2.1, ${CRM}`).waitFor()
    await prompt.getByLabel('Type leaked to go on').fill('leaked')
    await prompt.getByRole('button', { name: 'Delete' }).click()
    await untilTold(page, 'Deleted', 'leaked')
    expect(await render(api, secret, 'crm/2.1', CRM)).toBe(401)
  })

  test('what was deleted stays in the activity, with who did it', async () => {
    const { page } = walk
    await sidebar(page).getByRole('link', { name: 'Activity' }).click()
    const row = page.getByRole('row').filter({ hasText: 'Delete key' }).filter({ hasText: 'leaked' })
    await row.getByText('Ada Lovelace').waitFor()
  })

  test('keys that no system uses are pointed out, and the menu of each lets it go', async () => {
    const { page } = walk
    await walk.passDays(100)
    await page.goto(walk.dashboard.path(''))
    const unused = page.getByRole('region', { name: 'Not used for 90 days' })
    await unused.getByRole('link', { name: 'floating around' }).click()
    await page.getByText('Never used').waitFor()
    await toList()
    expect(await openMenu(page, 'floating around')).toEqual(['View details', 'Edit', 'Substitute', 'Delete'])
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await dialogOf(page, 'Delete: floating around').getByRole('button', { name: 'Delete' }).click()
    await untilTold(page, 'Deleted', 'floating around')
  })

  test('no screen complained on the way', () => walk.end())
})
