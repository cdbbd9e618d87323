import type { ErrorEnvelope } from '@claviger/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../dashboard.ts'
import {
  cellOf,
  choose,
  closeSecret,
  columnsOf,
  copyCommand,
  copySecret,
  dialogOf,
  NOTICED,
  openMenu,
  rowOf,
  sidebar,
  untilTold,
} from './screens.fixture.ts'
import { bearer, curl, from, json, runInShell } from './shell.fixture.ts'
import { onEngines, startWalk, type Walk } from './walk.fixture.ts'

const OFFICE = '198.51.100.7'

describe.each(onEngines('PostgreSQL'))('Vilvik: creating and managing API keys, on %s', (engine) => {
  let walk: Walk
  /** Of the one key that is followed. */
  let secret = ''

  beforeAll(async () => {
    walk = await startWalk('vilvik', engine)
  })

  test('the keys live on the API page, under the tab of that name', async () => {
    const { page } = walk
    await sidebar(page).getByText('API', { exact: true }).waitFor()
    await sidebar(page).getByRole('link', { name: 'API keys' }).click()
    await page.getByRole('heading', { name: 'No API keys yet' }).waitFor()
  })

  test('the form asks for name, description, scopes and expiry, and only the name has to be given', async () => {
    const { page } = walk
    await page.getByRole('link', { name: 'Create API key' }).click()
    await page.getByRole('heading', { name: 'Create API key' }).waitFor()
    const asked = await page.locator('form').locator('label, legend').allInnerTexts()
    const places = ['Name', 'Description (optional)', 'Scopes', 'Expires'].map((label) => asked.indexOf(label))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((one, other) => one - other))
    await page.getByText('ci-runner').waitFor()
    await page.getByRole('button', { name: 'Create API key' }).click()
    expect(await page.locator('[aria-invalid=true]').count()).toBe(1)
    expect(await page.getByLabel('Name', { exact: true }).getAttribute('aria-invalid')).toBe('true')
  })

  test('the smallest set of scopes is chosen one by one, each with what it lets the key do', async () => {
    const { page } = walk
    await page.getByLabel('Name', { exact: true }).fill('ci-runner')
    await page.getByLabel('Description').fill('Runs the models of each build')
    await page.getByRole('checkbox', { name: 'models:run' }).check()
    const summary = await page.getByRole('status').filter({ hasText: 'With this key one can' }).innerText()
    expect(summary).toContain('Run models')
    expect(summary).not.toContain('datasets')
  })

  test('a date of expiry is picked, or none', async () => {
    const { page } = walk
    expect(await page.getByRole('radio', { name: 'Never' }).isChecked()).toBe(true)
    await page.getByRole('radio', { name: 'On a day' }).check()
    await page.getByLabel('Day and time').fill('2099-12-31T12:00')
    await page.getByText(/Refused from 31 Dec 2099 on/).waitFor()
  })

  test('the secret is shown once, begins with vlk_, and is copied with one button', async () => {
    const { page } = walk
    await page.getByRole('button', { name: 'Create API key' }).click()
    await page.getByRole('alertdialog').getByText('It is shown this once and never again').waitFor()
    secret = await copySecret(page)
    expect(secret).toMatch(/^vlk_[0-9A-Za-z]{46}$/)
  })

  test('the sample curl on the same screen has the new key in it and works in a terminal as it was copied', async () => {
    const command = await copyCommand(walk.page, 'Key filled in')
    expect(command).toContain(secret)
    const { code, stdout, stderr } = await runInShell(command)
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ name: 'ci-runner', scopes: ['models:run'] })
  })

  test('the same command from an environment variable works too, and holds no secret', async () => {
    const command = await copyCommand(walk.page, 'From $VILVIK_API_KEY')
    expect(command).not.toContain(secret)
    const { code, stdout, stderr } = await runInShell(command, {}, `${secret}\n`)
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ name: 'ci-runner' })
  })

  test('once the screen is closed the secret is nowhere on it', async () => {
    const { page } = walk
    await closeSecret(page)
    expect(await page.content()).not.toContain(secret.slice(12))
    await page.reload()
    await rowOf(page, 'ci-runner').waitFor()
    expect(await page.content()).not.toContain(secret.slice(12))
  })

  test('the list has the first twelve characters, the scopes, when the key was last used, and from where', async () => {
    const { page } = walk
    expect(await columnsOf(page)).toEqual([
      'Name',
      'Prefix',
      'Status',
      'Scopes',
      'Last used',
      'From',
      'Expires',
      'Actions',
    ])
    expect(await (await cellOf(page, 'ci-runner', 'Prefix')).innerText()).toBe(`${secret.slice(0, 12)}…`)
    expect(await (await cellOf(page, 'ci-runner', 'Scopes')).innerText()).toBe('models:run')
    const used = await cellOf(page, 'ci-runner', 'Last used')
    await used.getByRole('time').waitFor(NOTICED)
    expect((await curl(bearer(secret), from(OFFICE), walk.self)).status).toBe(200)
    await (await cellOf(page, 'ci-runner', 'From')).getByText(OFFICE).waitFor(NOTICED)
    expect(await used.innerText()).toBe('just now')
  })

  test('a row leads to the log of its key: who changed what, when, and from which IP', async () => {
    const { page } = walk
    await rowOf(page, 'ci-runner').getByRole('link', { name: 'ci-runner' }).click()
    await page.getByRole('link', { name: 'Audit log' }).click()
    const created = page.getByRole('row').filter({ hasText: 'Create key' })
    await created.getByRole('time').waitFor()
    const told = await created.innerText()
    for (const fact of ['Ada Lovelace', '127.0.0.1', 'Done', 'models:run']) expect(told).toContain(fact)
  })

  test('Rotate on the opened row gives a new secret, ends the old one at once, and keeps the scopes', async () => {
    const { page } = walk
    expect((await curl(bearer(secret), walk.self)).status).toBe(200)
    await page.getByRole('button', { name: 'Rotate…' }).click()
    const dialog = dialogOf(page, 'Rotate: ci-runner')
    expect(await dialog.getByRole('radio', { name: 'Now' }).isChecked()).toBe(true)
    await dialog.getByRole('button', { name: 'Rotate', exact: true }).click()
    const fresh = await copySecret(page)
    expect((await curl(bearer(secret), walk.self)).status).toBe(401)
    const answer = JSON.parse((await runInShell(await copyCommand(page, 'Key filled in'))).stdout)
    expect(answer).toMatchObject({ name: 'ci-runner', scopes: ['models:run'] })
    await closeSecret(page)
    const rotated = page.getByRole('row').filter({ hasText: 'Rotate key' })
    expect(await rotated.innerText()).toContain('Ada Lovelace')
    secret = fresh
  })

  test('whoever closes the page without copying has rotation as the way out', async () => {
    const { page } = walk
    await sidebar(page).getByRole('link', { name: 'API keys' }).click()
    await page.getByRole('link', { name: 'Create API key' }).click()
    await page.getByLabel('Name', { exact: true }).fill('laptop-backups')
    await page.getByRole('checkbox', { name: 'datasets:read' }).check()
    await page.getByRole('button', { name: 'Create API key' }).click()
    await page.getByRole('alertdialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByText('Rotating the key makes another.').waitFor()
    await page.getByRole('button', { name: 'Leave, I have not saved it' }).click()
    await choose(page, 'laptop-backups', 'Rotate')
    await dialogOf(page, 'Rotate: laptop-backups').getByRole('button', { name: 'Rotate', exact: true }).click()
    const another = await copySecret(page)
    expect((await curl(bearer(another), walk.self)).status).toBe(200)
    await closeSecret(page)
  })

  test('Edit scopes changes what an existing key may do, under the same secret', async () => {
    const { page } = walk
    await choose(page, 'ci-runner', 'Edit scopes')
    await page.getByRole('checkbox', { name: 'jobs:read' }).check()
    await page.getByRole('button', { name: 'Save' }).click()
    await untilTold(page, 'Changed', 'ci-runner')
    const { body } = await curl<{ scopes: string[] }>(bearer(secret), walk.self)
    expect(body.scopes.toSorted()).toEqual(['jobs:read', 'models:run'])
    await page.getByRole('link', { name: 'Audit log' }).click()
    await page.getByRole('row').filter({ hasText: 'Edit key' }).getByText('jobs:read').waitFor()
  })

  test('Revoke ends a key: 401 on every request from then on, and nothing on the screen or behind it undoes that', async () => {
    const { page } = walk
    await sidebar(page).getByRole('link', { name: 'API keys' }).click()
    expect((await curl(bearer(secret), walk.self)).status).toBe(200)
    await choose(page, 'ci-runner', 'Revoke')
    const dialog = dialogOf(page, 'Revoke: ci-runner')
    await dialog.getByText('It cannot be undone.').waitFor()
    await dialog.getByLabel('Type ci-runner to go on').fill('ci-runner')
    await dialog.getByRole('button', { name: 'Revoke', exact: true }).click()
    await untilTold(page, 'Revoked', 'ci-runner')
    for (let request = 1; request <= 3; request++) {
      const { status, body } = await curl<ErrorEnvelope>(bearer(secret), walk.self)
      expect(status).toBe(401)
      expect(body.error.code).toBe('UNAUTHORIZED')
    }
    await page.getByRole('link', { name: /^Revoked/ }).click()
    const entries = await openMenu(page, 'ci-runner')
    expect(entries.map((entry) => entry.split('\n')[0])).toEqual([
      'View details',
      'Edit scopes',
      'Rotate',
      'Revoke',
      'Delete',
    ])
    expect(entries.slice(1, 4).every((entry) => entry.includes('\n'))).toBe(true)
    await page.keyboard.press('Escape')
    const enable = `${walk.keys}/${await walk.keyId('ci-runner')}/enable`
    const refused = await curl<ErrorEnvelope>('--request POST', bearer(await walk.serviceKey()), enable)
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'KEY_REVOKED' } } })
  })

  test('a free account keeps a few active keys, which is told beside Create; one that is revoked makes room', async () => {
    const { page } = walk
    await page.getByRole('link', { name: /^Active/ }).click()
    await page.getByText('1 of 3 keys').waitFor()
    for (const name of ['second', 'third']) await walk.createKey({ name, scopes: ['models:read'] })
    await page.getByText('3 of 3 keys').waitFor(NOTICED)
    const button = page.getByRole('button', { name: 'Create API key', disabled: true })
    await button.focus()
    await page.getByText('The Free plan holds 3 keys.').waitFor()
    const refused = await curl<ErrorEnvelope>(bearer(await walk.serviceKey()), json({ name: 'fourth' }), walk.keys)
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'KEY_LIMIT_REACHED' } } })
    await choose(page, 'third', 'Revoke')
    await dialogOf(page, 'Revoke: third').getByRole('button', { name: 'Revoke', exact: true }).click()
    await page.getByText('2 of 3 keys').waitFor()
    await page.getByRole('link', { name: 'Create API key' }).waitFor()
  })

  test('a premium account keeps more, from the moment its plan is changed', async () => {
    const { page } = walk
    await page.getByRole('banner').getByRole('link', { name: 'Operator' }).click()
    await page.getByRole('main').getByRole('link', { name: 'Acme Inc' }).click()
    await page.getByRole('group', { name: 'Plan' }).getByRole('radio', { name: 'Premium' }).check()
    await page.getByRole('button', { name: 'Save' }).click()
    await untilTold(page, 'Saved', 'Acme Inc')
    await page.goto(walk.dashboard.path('/keys'))
    await page.getByText('2 of 50 keys').waitFor()
  })

  test('old, unused keys are not removed by themselves, but pointed out, to be revoked by whoever needs them no more', async () => {
    const { page } = walk
    await walk.passDays(400)
    await page.goto(walk.dashboard.path(''))
    const unused = page.getByRole('region', { name: 'Not used for 90 days' })
    await unused.getByRole('link', { name: 'second' }).waitFor()
    await unused.getByRole('link', { name: 'laptop-backups' }).waitFor()
    await sidebar(page).getByRole('link', { name: 'API keys' }).click()
    await eventually(async () => expect(await page.getByRole('rowheader').allInnerTexts()).toHaveLength(2))
  })

  test('no screen complained on the way', () => walk.end())
})
