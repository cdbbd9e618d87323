import { readFileSync, writeFileSync } from 'node:fs'
import { join as joinPath } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ErrorEnvelope } from '@claviger/core'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { ADA } from '../dashboard.ts'
import { temporaryDirectory } from '../running-server.ts'
import { NOBODY } from './people.fixture.ts'
import {
  cellOf,
  choose,
  clipboardOf,
  closeSecret,
  copyCommand,
  copySecret,
  dialogOf,
  invite,
  join,
  NOTICED,
  rowOf,
  sidebar,
  untilTold,
} from './screens.fixture.ts'
import { bearer, curl, from, runInShell } from './shell.fixture.ts'
import { onEngines, startWalk, type Walk } from './walk.fixture.ts'

const THIEF = '203.0.113.66'
const ENVIRONMENTS = { production: 'Production', staging: 'Staging', development: 'Development', 'ci-cd': 'CI/CD' }

/** The vendor's API: `POST /datasets/annotate` needs `dataset:annotate`, and so on. */
const needs = (method: string, path: string) => {
  const [, category = '', action] = path.split('/')
  return { scopes: [`${category.replace(/s$/, '')}:${action ?? (method === 'GET' ? 'read' : 'write')}`] }
}

describe.each(onEngines('PostgreSQL'))('Datature Vi: secret keys, on %s', (engine) => {
  let walk: Walk
  let api = ''

  const get = async (secret: string, path: string) => (await curl(bearer(secret), `${api}${path}`)).status
  const post = async (secret: string, path: string) =>
    (await curl('--request POST', bearer(secret), `${api}${path}`)).status
  const toList = async () => {
    await sidebar(walk.page).getByRole('link', { name: 'Secret Keys' }).click()
    await walk.page.getByRole('heading', { level: 1 }).waitFor()
  }
  const openForm = async () => {
    await walk.page.goto(walk.dashboard.path('/keys/new'))
    await walk.page.getByRole('heading', { name: 'Create Secret Key' }).waitFor()
  }
  const create = async (name: string, level = 'Full', environment?: string) => {
    const { page } = walk
    await openForm()
    await page.getByLabel('Name', { exact: true }).fill(name)
    if (environment !== undefined) await page.getByLabel('Environment').selectOption({ label: environment })
    await page.getByRole('radio', { name: level }).check()
    await page.getByRole('button', { name: 'Create Secret Key' }).click()
    const secret = await copySecret(page)
    await closeSecret(page)
    return secret
  }

  beforeAll(async () => {
    walk = await startWalk('datature-vi', engine)
    api = await walk.startApi(needs)
  })

  test('a key is made in the settings of the organization, and its value is copied there once and never seen again', async () => {
    const { page } = walk
    await toList()
    await page.getByRole('link', { name: 'Create Secret Key' }).click()
    await page.getByLabel('Name', { exact: true }).fill('research notebook')
    await page.getByRole('radio', { name: 'Full' }).check()
    await page.getByRole('button', { name: 'Create Secret Key' }).click()
    await page.getByRole('alertdialog').getByText('shown this once and never again').waitFor()
    const secret = await copySecret(page)
    const direct = await runInShell(await copyCommand(page, 'Key filled in'))
    expect(JSON.parse(direct.stdout)).toMatchObject({ organizationId: walk.dashboard.organization })
    const variable = await copyCommand(page, 'From $DATATURE_VI_SECRET_KEY')
    expect(variable).not.toContain(secret)
    expect(JSON.parse((await runInShell(variable, {}, `${secret}\n`)).stdout)).toMatchObject({
      name: 'research notebook',
    })
    await closeSecret(page)
    await rowOf(page, 'research notebook').getByRole('link').click()
    await page.getByRole('heading', { name: 'research notebook' }).waitFor()
    expect(await page.content()).not.toContain(secret.slice(-38))
  })

  test('the table says of each key what it may do, what it reaches, who made it and when, and when it was last used', async () => {
    const { page } = walk
    await toList()
    const told = await rowOf(page, 'research notebook').innerText()
    for (const fact of ['vi_', 'Full', 'Everything', 'Ada Lovelace', 'just now']) expect(told).toContain(fact)
    await (await cellOf(page, 'research notebook', 'Last Used')).getByRole('time').waitFor(NOTICED)
  })

  test('without granular access scope a key reaches everything, and the form says whom to ask for it', async () => {
    const { page } = walk
    await openForm()
    await page.getByText('Keys reach every resource of the organization.').waitFor()
    await page.getByText('Your account manager can enable per-scope control.').waitFor()
    expect(await page.getByRole('radio', { name: 'Restricted' }).count()).toBe(0)
  })

  test('Full reads and writes, Read Only changes nothing, Labeler Only works on annotations alone', async () => {
    const full = await create('full', 'Full')
    const readOnly = await create('read only', 'Read Only')
    const labeler = await create('labeler', 'Labeler Only')
    for (const path of ['/datasets', '/trainings', '/deployments']) {
      expect([await get(full, path), await post(full, path)], path).toEqual([200, 201])
      expect([await get(readOnly, path), await post(readOnly, path)], path).toEqual([200, 403])
      expect([await get(labeler, path), await post(labeler, path)], path).toEqual([403, 403])
    }
    expect(await post(labeler, '/datasets/annotate')).toBe(201)
    expect(await post(readOnly, '/datasets/annotate')).toBe(403)
  })

  test('the vendor turns per-scope control on, and Restricted keys reach the chosen categories and no other', async () => {
    const { page } = walk
    await page.getByRole('banner').getByRole('link', { name: 'Operator' }).click()
    await page.getByRole('main').getByRole('link', { name: 'Acme Inc' }).click()
    await page.getByRole('checkbox', { name: 'Granular access scope' }).click()
    await untilTold(page, 'Features changed', 'Acme Inc')
    await openForm()
    await page.getByLabel('Name', { exact: true }).fill('runs only')
    await page.getByRole('radio', { name: 'Restricted' }).check()
    for (const category of ['Dataset Access', 'Training Access', 'Deployment Access']) {
      await page.getByRole('group', { name: category }).waitFor()
    }
    await page.getByRole('checkbox', { name: 'training:read' }).check()
    await page.getByRole('button', { name: 'Create Secret Key' }).click()
    const secret = await copySecret(page)
    await closeSecret(page)
    expect(await (await cellOf(page, 'runs only', 'Permission')).innerText()).toBe('Restricted')
    expect(await (await cellOf(page, 'runs only', 'Access Scope')).innerText()).toBe('training:read')
    expect(await get(secret, '/trainings')).toBe(200)
    for (const path of ['/datasets', '/deployments']) expect(await get(secret, path), path).toBe(403)
  })

  test('each environment has a key of its own, and a compromised development key does not touch production', async () => {
    const { page } = walk
    const secrets: Record<string, string> = {}
    for (const [id, label] of Object.entries(ENVIRONMENTS)) secrets[id] = await create(label, 'Full', label)
    expect(Object.values(secrets).map((secret) => secret.split('_').slice(0, 2).join('_'))).toEqual([
      'vi_prod',
      'vi_stage',
      'vi_dev',
      'vi_ci',
    ])
    await choose(page, 'Development', 'Remove Key')
    const dialog = dialogOf(page, 'Remove Key: Development')
    await dialog.getByRole('button', { name: 'Remove Key' }).click()
    await untilTold(page, 'Removed', 'Development')
    expect(await get(secrets.development ?? '', '/datasets')).toBe(401)
    expect(await get(secrets.production ?? '', '/datasets')).toBe(200)
    await create('Development', 'Full', 'Development')
  })

  test('a compromised key is dealt with on one page: removed, replaced, its thief watched, and what it did reviewed', async () => {
    const { page } = walk
    const leaked = await create('leaked', 'Full')
    const steal = () => curl<ErrorEnvelope>(bearer(leaked), from(THIEF), "--user-agent 'thief/1'", `${api}/datasets`)
    expect((await steal()).status).toBe(200)
    await walk.untilUsedFrom(THIEF, 'leaked')
    await rowOf(page, 'leaked').getByRole('link', { name: 'leaked' }).click()
    await page.getByRole('link', { name: 'Has its secret leaked? What to do' }).click()
    const step = (name: string) => page.getByRole('region', { name, exact: true })

    await step('Stop it').getByRole('button', { name: 'Remove Key…' }).click()
    const dialog = dialogOf(page, 'Remove Key: leaked')
    await dialog.getByText(`thief/1, ${THIEF}`).waitFor()
    await dialog.getByLabel('Type leaked to go on').fill('leaked')
    await dialog.getByRole('button', { name: 'Remove Key' }).click()
    await untilTold(page, 'Removed', 'leaked')
    const again = await steal()
    expect(again.status).toBe(401)

    await step('Replace it').getByRole('button', { name: 'Create the replacement' }).click()
    await step('Replace it').getByRole('button', { name: 'Create Secret Key' }).click()
    const replacement = await copySecret(page)
    await closeSecret(page)
    expect(await get(replacement, '/datasets')).toBe(200)

    const knocking = step('Update what used it').getByRole('row').filter({ hasText: 'thief/1' })
    await knocking.getByText(THIEF).waitFor(NOTICED)
    const review = step('Review recent activity')
    await review
      .getByRole('region', { name: 'Refused requests' })
      .getByText(again.body.error.requestId)
      .waitFor(NOTICED)
    const removal = review.getByRole('region', { name: 'Changes' }).getByRole('row').filter({ hasText: 'Delete key' })
    await removal.getByText(ADA.name).waitFor()
  })

  test('the message for the team stands ready there, and holds no secret', async () => {
    const { page } = walk
    const message = page.getByRole('region', { name: 'Tell the team' })
    await message.getByRole('button', { name: 'Copy message' }).click()
    const text = await clipboardOf(page)
    expect(text).toContain('“leaked”')
    expect(text).toContain('Replaced by “leaked (replacement)”')
    expect(text).not.toMatch(/vi_[0-9A-Za-z]{9,}/)
  })

  test('keys are due for rotation after 90 days in production and CI/CD, after 180 in staging, in development never', async () => {
    const { page } = walk
    await openForm()
    await page.getByLabel('Environment').selectOption({ label: 'Staging' })
    await page.getByText('Due for rotation after 180 days.').waitFor()
    const overdue = page.getByRole('region', { name: 'Overdue for rotation' })
    const dueNow = async () => {
      await page.goto(walk.dashboard.path(''))
      await overdue.waitFor()
      const links = await overdue.getByRole('link').allInnerTexts()
      const labels: readonly string[] = Object.values(ENVIRONMENTS)
      return links.filter((link) => labels.includes(link)).toSorted()
    }
    for (const name of ['research notebook', 'full', 'read only', 'labeler', 'runs only', 'leaked (replacement)']) {
      await walk.dashboard.operator.remove(walk.dashboard.organization, await walk.keyId(name))
    }
    await walk.passDays(91)
    expect(await dueNow()).toEqual(['CI/CD', 'Production'])
    await walk.passDays(90)
    expect(await dueNow()).toEqual(['CI/CD', 'Production', 'Staging'])
  })

  test('keys that were not used for long are found by their last use, and removed', async () => {
    const { page } = walk
    const unused = page.getByRole('region', { name: 'Not used for 90 days' })
    await unused.getByRole('link', { name: 'Staging' }).waitFor()
    await toList()
    await choose(page, 'Staging', 'Remove Key')
    await dialogOf(page, 'Remove Key: Staging').getByRole('button', { name: 'Remove Key' }).click()
    await untilTold(page, 'Removed', 'Staging')
    await page.goto(walk.dashboard.path(''))
    await unused.waitFor()
    expect(await unused.getByRole('link', { name: 'Staging' }).count()).toBe(0)
  })

  test('no screen complained on the way', () => walk.end())
})

describe('Datature Vi: the roles behind a key', () => {
  let walk: Walk
  let developer: Page
  let secret = ''

  beforeAll(async () => {
    const file = joinPath(temporaryDirectory(), 'with-approval.yaml')
    const profile = readFileSync(fileURLToPath(new URL('../../profiles/datature-vi.yaml', import.meta.url)), 'utf8')
    writeFileSync(file, profile.replace('production: true', 'production: true\n    approval: admin'))
    walk = await startWalk(file, 'SQLite')
  })

  test('each role says what it is for: developers make keys, admins approve them, owners have plan and billing', async () => {
    const { page, dashboard } = walk
    await page.goto(dashboard.path('/members'))
    await page.getByRole('button', { name: 'Invite somebody' }).click()
    for (const [role, about] of [
      ['Owner', 'the plan and the billing contact included'],
      ['Admin', 'Keys, approvals and members'],
      ['Developer', 'Makes and changes keys'],
      ['Viewer', 'changes nothing'],
    ] as const) {
      const choice = page.getByRole('radio', { name: role })
      await choice.and(page.locator(`[aria-describedby]`)).waitFor()
      await page.getByText(about).waitFor()
    }
    await page.keyboard.press('Escape')
    developer = await dashboard.openApart(await invite(page, 'grace@example.com', 'Developer'), NOBODY)
    await join(developer, 'Grace Hopper', 'another good passphrase')
  })

  test('a developer’s key for production waits, and is refused until it is approved', async () => {
    await developer.goto(walk.dashboard.path('/keys/new'))
    await developer.getByLabel('Name', { exact: true }).fill('serving')
    await developer.getByLabel('Environment').selectOption({ label: 'Production' })
    await developer.getByText(/^A key for Production waits for approval/).waitFor()
    await developer.getByRole('button', { name: 'Create Secret Key' }).click()
    secret = await developer.getByRole('alertdialog').getByRole('textbox').first().inputValue()
    await closeSecret(developer)
    expect((await curl(bearer(secret), walk.self)).status).toBe(401)
    await developer.goto(walk.dashboard.path(`/keys/${await walk.keyId('serving')}`))
    await developer.getByText('This key waits for approval').waitFor()
    expect(await developer.getByRole('button', { name: 'Approve' }).count()).toBe(0)
  })

  test('an admin approves it, and it works', async () => {
    const { page, dashboard } = walk
    const link = await invite(page, 'edsger@example.com', 'Admin')
    const admin = await dashboard.openApart(link, NOBODY)
    await join(admin, 'Edsger Dijkstra', 'a third good passphrase')
    await admin.goto(dashboard.path('/keys?status=pending'))
    await rowOf(admin, 'serving').getByRole('link', { name: 'serving' }).click()
    await admin.getByText('Grace Hopper made it.').waitFor()
    await admin.getByRole('button', { name: 'Approve' }).click()
    await untilTold(admin, 'Approved', 'serving')
    expect((await curl(bearer(secret), walk.self)).status).toBe(200)
    await admin.close()
  })

  test('the billing contact is an owner’s to change, and nobody else’s', async () => {
    const { page, dashboard } = walk
    await page.goto(dashboard.path('/members'))
    await sidebar(page).getByRole('link', { name: 'Settings' }).click()
    await page.getByLabel('Billing contact').fill('billing@example.com')
    await page.getByRole('button', { name: 'Save' }).click()
    await untilTold(page, 'Saved', 'Acme Inc')
    await developer.goto(dashboard.path('/settings'))
    await developer.getByText('Only an owner changes what stands here.').waitFor()
    await developer.getByText('billing contact billing@example.com').waitFor()
    const refused = await developer.evaluate(async (path) => {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ billingContact: 'developer@example.com' })
      return (await fetch(path, { method: 'PATCH', headers, body })).status
    }, `/v1/organizations/${dashboard.organization}`)
    expect(refused).toBe(403)
    await developer.close()
  })

  test('no screen complained on the way', () => walk.end())
})
