import { writeFileSync } from 'node:fs'
import { join as joinPath } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ErrorEnvelope } from '@claviger/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../running-server.ts'
import { NOBODY } from './people.fixture.ts'
import {
  cellOf,
  choose,
  closeSecret,
  columnsOf,
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
import { onEngines, startWalk, type Walk } from './walk.fixture.ts'

const CLIENT = fileURLToPath(new URL('vi-client.fixture.ts', import.meta.url))

describe.each(onEngines('SQLite'))('Datature Vi: delete a secret key, on %s', (engine) => {
  let walk: Walk
  let api = ''
  /** In the application's configuration. */
  let secret = ''

  const datasets = async (key: string) => (await curl(bearer(key), `${api}/datasets`)).status

  /** A program that uses the vendor's client. @returns what the API answered it. */
  const runClient = async (made: string, before = '') => {
    const program = `import { Client } from "${CLIENT}"; console.log(await new Client(${made}).datasets("${api}"))`
    const { stdout, stderr } = await runInShell(
      `${before}\n"${process.execPath}" --no-warnings --input-type=module --eval '${program}'`,
    )
    return stdout.trim() || stderr
  }

  beforeAll(async () => {
    walk = await startWalk('datature-vi', engine)
    api = await walk.startApi((method) => ({ scopes: [method === 'GET' ? 'dataset:read' : 'dataset:write'] }))
    secret = (await walk.createKey({ name: 'training pipeline', environment: 'production' })).secret
    await walk.createKey({ name: 'decommissioned' })
  })

  test('the organization’s name in the top bar, then Secret Keys in the sidebar, lead to the keys table', async () => {
    const { page } = walk
    await page.goto(walk.dashboard.path('/members'))
    await page.getByRole('banner').getByRole('link', { name: 'Acme Inc' }).click()
    await sidebar(page).getByRole('link', { name: 'Secret Keys' }).click()
    await page.getByRole('heading', { name: 'Secret Keys', level: 1 }).waitFor()
    await page.getByRole('table', { name: 'Secret Keys' }).waitFor()
    expect(await columnsOf(page)).toEqual([
      'Name',
      'Prefix',
      'Permission',
      'Access Scope',
      'Created',
      'Created by',
      'Last Used',
      'Action',
    ])
  })

  test('the column Last Used tells a key that is needed from one that is not', async () => {
    const { page } = walk
    expect(await datasets(secret)).toBe(200)
    await (await cellOf(page, 'training pipeline', 'Last Used')).getByRole('time').waitFor(NOTICED)
    expect(await (await cellOf(page, 'decommissioned', 'Last Used')).innerText()).toBe('Never used')
  })

  test('⋯ in the column Action offers exactly Edit Permission and Remove Key', async () => {
    const { page } = walk
    expect(await openMenu(page, 'decommissioned')).toEqual(['Edit Permission', 'Remove Key'])
    await page.keyboard.press('Escape')
  })

  test('Edit Permission changes what a key may do', async () => {
    const { page } = walk
    const write = () => curl('--request POST', bearer(secret), `${api}/datasets`)
    expect((await write()).status).toBe(201)
    await choose(page, 'training pipeline', 'Edit Permission')
    await page.getByRole('radio', { name: 'Read Only' }).check()
    await page.getByRole('button', { name: 'Save' }).click()
    await untilTold(page, 'Changed', 'training pipeline')
    expect((await write()).status).toBe(403)
    expect(await datasets(secret)).toBe(200)
  })

  test('Remove Key asks for a confirmation that says it is for good; Cancel leaves the key as it is', async () => {
    const { page } = walk
    await sidebar(page).getByRole('link', { name: 'Secret Keys' }).click()
    await choose(page, 'training pipeline', 'Remove Key')
    const dialog = dialogOf(page, 'Remove Key: training pipeline')
    await dialog.getByText('gone at once and for good').waitFor()
    await dialog.getByText('What uses it stops working at once.').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect(await datasets(secret)).toBe(200)
  })

  test('once confirmed the row is gone and the very next request is an authentication error', async () => {
    const { page } = walk
    await choose(page, 'training pipeline', 'Remove Key')
    const dialog = dialogOf(page, 'Remove Key: training pipeline')
    await dialog.getByLabel('Type training pipeline to go on').fill('training pipeline')
    expect(await datasets(secret)).toBe(200)
    await dialog.getByRole('button', { name: 'Remove Key' }).click()
    await untilTold(page, 'Removed', 'training pipeline')
    expect(await datasets(secret)).toBe(401)
    const { status, body } = await curl<ErrorEnvelope>(bearer(secret), walk.self)
    expect(status).toBe(401)
    expect(body.error.code).toBe('UNAUTHORIZED')
    await rowOf(page, 'training pipeline').waitFor({ state: 'detached' })
    await page.getByRole('link', { name: /^All/ }).click()
    await rowOf(page, 'decommissioned').waitFor()
    expect(await rowOf(page, 'training pipeline').count()).toBe(0)
  })

  test('a key that is needed no more is removed without typing anything', async () => {
    const { page } = walk
    await choose(page, 'decommissioned', 'Remove Key')
    const dialog = dialogOf(page, 'Remove Key: decommissioned')
    await dialog.getByText('Nobody in seven days').waitFor()
    await dialog.getByRole('button', { name: 'Remove Key' }).click()
    await untilTold(page, 'Removed', 'decommissioned')
  })

  test('a new key with the permission that is needed takes the place of the removed one', async () => {
    const { page } = walk
    await page.getByRole('link', { name: 'Create Secret Key' }).click()
    await page.getByLabel('Name', { exact: true }).fill('training pipeline 2')
    await page.getByLabel('Environment').selectOption({ label: 'Production' })
    await page.getByRole('radio', { name: 'Read Only' }).check()
    await page.getByRole('button', { name: 'Create Secret Key' }).click()
    secret = await copySecret(page)
    await closeSecret(page)
    expect(await datasets(secret)).toBe(200)
  })

  test('a client that is given the new key and the organization’s id directly works; with another’s id it does not', async () => {
    const { organization, operator } = walk.dashboard
    const other = await operator.createOrganization({ name: 'Globex' })
    expect(await runClient(`{ secretKey: "${secret}", organizationId: "${organization}" }`)).toBe('200')
    expect(await runClient(`{ secretKey: "${secret}", organizationId: "${other.id}" }`)).toBe('401')
  })

  test('a client that takes both from environment variables does the same', async () => {
    const { organization, operator } = walk.dashboard
    const other = await operator.createOrganization({ name: 'Initech' })
    const exported = (id: string) =>
      `export DATATURE_VI_SECRET_KEY="${secret}"\nexport DATATURE_VI_ORGANIZATION_ID="${id}"`
    expect(await runClient('', exported(organization))).toBe('200')
    expect(await runClient('', exported(other.id))).toBe('401')
  })

  test('so does one whose settings stand in a file', async () => {
    const file = joinPath(temporaryDirectory(), 'vi.env')
    const { organization } = walk.dashboard
    writeFileSync(file, `DATATURE_VI_SECRET_KEY=${secret}\nDATATURE_VI_ORGANIZATION_ID=${organization}\n`)
    expect(await runClient('', `set -a; . '${file}'; set +a`)).toBe('200')
  })

  test('keys of somebody who has left are found, and ended in one go', async () => {
    const { page, dashboard } = walk
    await page.goto(dashboard.path('/members'))
    const link = await invite(page, 'grace@example.com', 'Developer')
    const grace = await dashboard.openApart(link, NOBODY)
    await join(grace, 'Grace Hopper', 'another good passphrase')
    const secrets: string[] = []
    for (const name of ['notebook', 'experiment']) {
      await grace.goto(dashboard.path('/keys/new'))
      await grace.getByLabel('Name', { exact: true }).fill(name)
      await grace.getByRole('radio', { name: 'Read Only' }).check()
      await grace.getByRole('button', { name: 'Create Secret Key' }).click()
      secrets.push(await grace.getByRole('alertdialog').getByRole('textbox').first().inputValue())
      await closeSecret(grace)
    }
    await page.getByRole('button', { name: 'Remove: Grace Hopper' }).click()
    await page.getByRole('button', { name: 'Remove Grace Hopper' }).click()
    await page.getByText('2 keys belong to people who have left').waitFor()
    for (const key of secrets) expect(await datasets(key)).toBe(200)
    for (const name of ['notebook', 'experiment']) {
      const choice = page.getByRole('combobox', { name: `What becomes of ${name}` })
      await choice.selectOption({ label: 'Revoke' })
    }
    await page.getByRole('button', { name: 'Decide about 2 keys' }).click()
    await untilTold(page, 'Decided', 'Grace Hopper')
    for (const key of secrets) expect(await datasets(key)).toBe(401)
    await grace.close()
  })

  test('no screen complained on the way', () => walk.end())
})
