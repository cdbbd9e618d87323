import { join as joinPath } from 'node:path'
import type { ErrorEnvelope } from '@claviger/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../dashboard.ts'
import { temporaryDirectory } from '../running-server.ts'
import {
  cellOf,
  choose,
  clipboardOf,
  closeSecret,
  columnsOf,
  copyCommand,
  copySecret,
  dialogOf,
  isRed,
  NOTICED,
  openMenu,
  rowOf,
  sidebar,
  untilTold,
} from './screens.fixture.ts'
import { bearer, curl, json, runInShell } from './shell.fixture.ts'
import { onEngines, startWalk, type Walk } from './walk.fixture.ts'

/** The vendor's own API: visitors of a site are read and written. */
const needs = (method: string, path: string) => ({
  scopes: [method === 'GET' ? 'visitors:read' : 'visitors:write'],
  resources: { site: /^\/sites\/([^/]+)\/visitors$/.exec(path)?.[1] ?? '' },
})

const POST = '--request POST'

describe.each(onEngines('SQLite'))('Visitly: managing your API keys, on %s', (engine) => {
  let walk: Walk
  let api = ''
  /** Of the one key that is followed. */
  let secret = ''

  const visitors = (site: string) => `${api}/sites/${site}/visitors`
  const toList = async () => {
    await sidebar(walk.page).getByRole('link', { name: 'API', exact: true }).click()
    await walk.page.getByRole('heading', { name: 'API Keys', level: 1 }).waitFor()
  }

  beforeAll(async () => {
    walk = await startWalk('visitly', engine)
    api = await walk.startApi(needs)
    secret = (await walk.createKey({ name: 'Front desk', accessLevel: 'read' })).secret
  })

  test('the keys are reached as Integrations Hub › API, and each row has a menu', async () => {
    const { page } = walk
    await sidebar(page).getByText('Integrations Hub').waitFor()
    await toList()
    expect(await columnsOf(page)).toEqual([
      'Name',
      'Prefix',
      'Status',
      'Access level',
      'Assigned sites',
      'Created',
      'Last used',
      'Actions',
    ])
    expect(await openMenu(page, 'Front desk')).toEqual([
      'View Details',
      'Edit Key',
      'Rotate Key',
      'Revoke Key',
      'Delete Key\nIt must be revoked first.',
    ])
  })

  test('Revoke Key is shown in red, View Details is not', async () => {
    const { page } = walk
    expect(await isRed(page.getByRole('menuitem', { name: 'Revoke Key' }))).toBe(true)
    expect(await isRed(page.getByRole('menuitem', { name: 'View Details' }))).toBe(false)
    await page.keyboard.press('Escape')
  })

  test('View Details shows name, scope, assigned sites, status, creation date, and how much the key was used', async () => {
    const { page } = walk
    for (const site of ['lobby-1', 'warehouse']) expect((await curl(bearer(secret), visitors(site))).status).toBe(200)
    await choose(page, 'Front desk', 'View Details')
    await page.getByRole('heading', { name: 'Front desk' }).waitFor()
    await page.getByRole('main').getByText('Active', { exact: true }).waitFor()
    const facts = page.getByRole('region', { name: 'Facts' })
    expect(await facts.innerText()).toMatch(/Access level\s+Read\s+Assigned sites\s+All sites/)
    await facts.getByText('by e2e').waitFor()
    await page.getByRole('region', { name: 'Scope' }).getByText('visitors:read').waitFor()
    await eventually(async () => {
      await page.reload()
      await page.getByRole('link', { name: 'Usage' }).click()
      await page
        .getByRole('region', { name: 'At a glance' })
        .getByText('2', { exact: true })
        .waitFor({ timeout: 3_000 })
    })
  })

  test('Edit Key changes name, access level and assigned sites, and the value goes on working unchanged', async () => {
    const { page } = walk
    await toList()
    expect((await curl(POST, bearer(secret), visitors('lobby-1'))).status).toBe(403)
    await choose(page, 'Front desk', 'Edit Key')
    await page.getByLabel('Name', { exact: true }).fill('Lobby kiosk')
    await page.getByRole('radio', { name: 'Read & Write' }).check()
    await page.getByLabel('Sites').fill('lobby-1')
    await page.getByRole('button', { name: 'Save' }).click()
    await untilTold(page, 'Changed', 'Lobby kiosk')
    await page.getByRole('heading', { name: 'Lobby kiosk' }).waitFor()
    expect((await curl(POST, bearer(secret), visitors('lobby-1'))).status).toBe(201)
    await toList()
    expect(await (await cellOf(page, 'Lobby kiosk', 'Assigned sites')).innerText()).toBe('lobby-1')
  })

  test('a key that is assigned to one site is refused on every other', async () => {
    const { status, body } = await curl<ErrorEnvelope>(bearer(secret), visitors('warehouse'))
    expect(status).toBe(403)
    expect(body.error.code).toBe('FORBIDDEN')
  })

  test('Rotate Key asks first, shows a new value once, keeps name, level and sites, and the old one is dead at once', async () => {
    const { page } = walk
    await choose(page, 'Lobby kiosk', 'Rotate Key')
    const dialog = dialogOf(page, 'Rotate Key: Lobby kiosk')
    await dialog.getByText('Its name, its rights and its history stay as they are.').waitFor()
    expect((await curl(bearer(secret), walk.self)).status).toBe(200)
    await dialog.getByRole('button', { name: 'Rotate Key' }).click()
    await page.getByRole('alertdialog').getByText('shown this once and never again').waitFor()
    const fresh = await copySecret(page)
    expect((await curl(bearer(secret), walk.self)).status).toBe(401)
    const command = await copyCommand(page, 'From $VISITLY_API_KEY')
    const answer = await runInShell(command, {}, `${fresh}\n`)
    expect(JSON.parse(answer.stdout)).toMatchObject({
      name: 'Lobby kiosk',
      scopes: ['visitors:*', 'visits:*'],
      resources: { site: ['lobby-1'] },
    })
    await closeSecret(page)
    expect(await page.content()).not.toContain(fresh.slice(-38))
    secret = fresh
  })

  test('an active key cannot be deleted: 409 to whoever tries it past the screen, which does not offer it', async () => {
    const { page } = walk
    const key = `${walk.keys}/${await walk.keyId('Lobby kiosk')}`
    const { status, body } = await curl<ErrorEnvelope>('--request DELETE', bearer(await walk.serviceKey()), key)
    expect(status).toBe(409)
    expect(body.error.code).toBe('KEY_NOT_REVOKED')
    expect((await curl(bearer(secret), walk.self)).status).toBe(200)
    await openMenu(page, 'Lobby kiosk')
    expect(await page.getByRole('menuitem', { name: 'Delete Key' }).getAttribute('aria-disabled')).toBe('true')
    await page.keyboard.press('Escape')
  })

  test('Revoke Key asks first; the status is then Revoked, its requests get 401, and it stands under the Revoked tab', async () => {
    const { page } = walk
    await choose(page, 'Lobby kiosk', 'Revoke Key')
    const dialog = dialogOf(page, 'Revoke Key: Lobby kiosk')
    await dialog.getByLabel('Type Lobby kiosk to go on').fill('Lobby kiosk')
    await dialog.getByRole('button', { name: 'Revoke Key' }).click()
    await untilTold(page, 'Revoked', 'Lobby kiosk')
    expect((await curl(bearer(secret), walk.self)).status).toBe(401)
    await rowOf(page, 'Lobby kiosk').waitFor({ state: 'detached' })
    await page.getByRole('link', { name: /^Revoked/ }).click()
    expect(await (await cellOf(page, 'Lobby kiosk', 'Status')).innerText()).toBe('Revoked')
  })

  test('Delete Key is red on a revoked key, asks first, and is final', async () => {
    const { page } = walk
    const id = await walk.keyId('Lobby kiosk')
    await openMenu(page, 'Lobby kiosk')
    const entry = page.getByRole('menuitem', { name: 'Delete Key' })
    expect(await isRed(entry)).toBe(true)
    await entry.click()
    const dialog = dialogOf(page, 'Delete Key: Lobby kiosk')
    await dialog.getByText('gone at once and for good').waitFor()
    // It was in use until it was revoked; now there is nothing left that could break.
    await dialog.getByText('Every request with it is refused already.').waitFor()
    expect(await dialog.getByRole('textbox').count()).toBe(0)
    await dialog.getByRole('button', { name: 'Delete Key' }).click()
    await untilTold(page, 'Deleted', 'Lobby kiosk')
    await rowOf(page, 'Lobby kiosk').waitFor({ state: 'detached' })
    const gone = await curl<ErrorEnvelope>(bearer(await walk.serviceKey()), `${walk.keys}/${id}`)
    expect(gone.status).toBe(404)
    expect((await curl(bearer(secret), walk.self)).status).toBe(401)
  })

  test('whoever wants a pause and not an end has none in this menu: revoke is final, and the dialog says so', async () => {
    const { page } = walk
    await walk.createKey({ name: 'On holiday', accessLevel: 'read' })
    await toList()
    await rowOf(page, 'On holiday').waitFor(NOTICED)
    await choose(page, 'On holiday', 'Revoke Key')
    await dialogOf(page, 'Revoke Key: On holiday').getByText('It cannot be undone.').waitFor()
    await page.keyboard.press('Escape')
  })

  test('each row of the error table is what a terminal gets, in the one form that errors have', async () => {
    const backend = bearer(await walk.serviceKey())
    const reader = await walk.createKey({ name: 'Reader', accessLevel: 'read' })
    const eager = await walk.createKey({ name: 'Eager', rateLimit: { limit: 1, windowSeconds: 3_600 } })
    const revoked = await walk.createKey({ name: 'Revoked', accessLevel: 'read' })
    await walk.dashboard.operator.revoke(walk.dashboard.organization, revoked.key.id)
    const brief = { name: 'Brief', expiresAt: new Date(Date.now() + 1_000).toISOString() }
    const expired = await walk.createKey(brief)
    await eventually(async () => expect((await curl(bearer(expired.secret), walk.self)).status).toBe(401))
    expect((await curl(bearer(eager.secret), walk.self)).status).toBe(200)
    const table: [status: number, code: string, ...asked: string[]][] = [
      [400, 'VALIDATION_FAILED', backend, json({}), walk.keys],
      [400, 'UNKNOWN_SCOPE', backend, json({ name: 'x', scopes: ['visitors'] }), walk.keys],
      [401, 'UNAUTHORIZED', walk.self],
      [401, 'UNAUTHORIZED', bearer('visitly_no-such-key'), walk.self],
      [401, 'UNAUTHORIZED', bearer(expired.secret), walk.self],
      [401, 'UNAUTHORIZED', bearer(revoked.secret), walk.self],
      [403, 'FORBIDDEN', POST, bearer(reader.secret), visitors('lobby-1')],
      [404, 'NOT_FOUND', backend, `${walk.keys}/key_none`],
      [409, 'KEY_NOT_REVOKED', '--request DELETE', backend, `${walk.keys}/${reader.key.id}`],
      [429, 'RATE_LIMITED', bearer(eager.secret), walk.self],
    ]
    for (const [status, code, ...asked] of table) {
      const answer = await curl<ErrorEnvelope>(...asked)
      expect(answer.body, asked.join(' ')).toEqual({
        error: {
          code,
          message: expect.any(String),
          details: expect.any(Object),
          requestId: expect.stringMatching(/^req_/),
        },
      })
      expect(answer.status, asked.join(' ')).toBe(status)
    }
  })

  test('beyond the rate limit a client that waits ever longer gets through, and so does one that waits as it is told', async () => {
    const rateLimit = { limit: 1, windowSeconds: 3 }
    for (const address of [visitors('lobby-1'), walk.self]) {
      const { secret: patient } = await walk.createKey({ name: 'Patient', accessLevel: 'read', rateLimit })
      expect((await curl(bearer(patient), address)).status).toBe(200)
      const answer = joinPath(temporaryDirectory(), 'answer')
      const retry = `curl --retry 5 --retry-max-time 60 --output '${answer}' --write-out '%{http_code}'`
      const { stdout, stderr } = await runInShell(`${retry} ${bearer(patient)} ${address}`)
      expect(stderr).toContain('Will retry')
      expect(stdout).toContain('200')
    }
  })

  test('the requestId of a refused use leads to the key and to why, in the activity', async () => {
    const { page } = walk
    const { secret: reader } = await walk.createKey({ name: 'Reporting', accessLevel: 'read' })
    const { body } = await curl<ErrorEnvelope>(POST, bearer(reader), visitors('lobby-1'))
    const { requestId } = body.error
    await sidebar(page).getByRole('link', { name: 'Activity' }).click()
    await eventually(async () => {
      await page.getByRole('searchbox', { name: 'Request id' }).fill(requestId)
      await page.getByRole('button', { name: 'Find' }).click()
      await page.getByText('The request needs a scope that the key does not hold.').waitFor({ timeout: 2_000 })
      await page.reload()
    })
  })

  test('the requestId of a refused change leads to who tried what', async () => {
    const { page } = walk
    const key = `${walk.keys}/${await walk.keyId('Reporting')}`
    const { body } = await curl<ErrorEnvelope>('--request DELETE', bearer(await walk.serviceKey()), key)
    await page.getByRole('searchbox', { name: 'Request id' }).fill(body.error.requestId)
    await page.getByRole('button', { name: 'Find' }).click()
    const row = page.getByRole('row').filter({ hasText: 'Reporting' })
    await row.getByText('Refused').waitFor()
    expect(await row.innerText()).toContain('KEY_NOT_REVOKED')
  })

  test('support gets organization, key name and requestId, and never the key, from one button', async () => {
    const { page } = walk
    await toList()
    await rowOf(page, 'Reporting').getByRole('link', { name: 'Reporting' }).click()
    await page
      .getByRole('button', { name: /^Copy details for support/ })
      .first()
      .click()
    expect(await clipboardOf(page)).toMatch(/^Organization: Acme Inc\nKey: Reporting\nRequest id: req_\w+$/)
  })

  test('a separate key for each integration can end without touching the others', async () => {
    const { page } = walk
    const printer = await walk.createKey({ name: 'Badge printer', accessLevel: 'read' })
    const sync = await walk.createKey({ name: 'Directory sync', accessLevel: 'read' })
    await toList()
    await choose(page, 'Badge printer', 'Revoke Key')
    await dialogOf(page, 'Revoke Key: Badge printer').getByRole('button', { name: 'Revoke Key' }).click()
    await untilTold(page, 'Revoked', 'Badge printer')
    expect((await curl(bearer(printer.secret), walk.self)).status).toBe(401)
    expect((await curl(bearer(sync.secret), walk.self)).status).toBe(200)
  })

  test('keys that nobody has rotated for 90 days are pointed out', async () => {
    const { page } = walk
    await walk.passDays(91)
    await page.goto(walk.dashboard.path(''))
    const overdue = page.getByRole('region', { name: 'Overdue for rotation' })
    const first = overdue.getByRole('link').first()
    const name = await first.innerText()
    await first.click()
    await page.getByRole('button', { name: 'Rotate Key…' }).click()
    await dialogOf(page, `Rotate Key: ${name}`).getByRole('button', { name: 'Rotate Key' }).click()
    await closeSecret(page)
    await page.goto(walk.dashboard.path(''))
    await overdue.waitFor()
    expect(await overdue.getByRole('link', { name, exact: true }).count()).toBe(0)
  })

  test('no screen complained on the way', () => walk.end())
})
