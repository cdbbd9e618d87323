import { beforeAll, describe, expect, test } from 'vitest'
import { type Dashboard, expectAccessible, startDashboard, takeScreenshot } from './dashboard.ts'
import { expectEveryLook } from './dashboard-looks.ts'
import { openAs } from './member.ts'
import { productFile } from './product-file.ts'

let dashboard: Dashboard

const ROLES = `
roles:
  - id: developer
    scopes: [records:*, files:read]
    environments: [staging, development]
`

beforeAll(async () => {
  const approved = [['    tag: stage\n', '    tag: stage\n    approval: admin\n']] as const
  dashboard = await startDashboard({ profile: productFile(approved, ROLES) })
})

describe('a developer', () => {
  test('is offered what the role may grant, told why no more, and by whom a key is approved', async () => {
    const page = await openAs(dashboard, 'developer', 'Grace')
    await page.goto(dashboard.path('/keys/new?name=graces&level=full&scopes=records:read,account:read'))
    await page.getByText('As a developer you make keys for Staging and Development only.').waitFor()
    const environment = page.getByLabel('Environment')
    expect(await environment.getByRole('option').allInnerTexts()).toEqual(['Choose one', 'Staging', 'Development'])
    expect(await page.getByRole('radio', { name: 'Restricted' }).isChecked()).toBe(true)
    expect(await page.getByRole('radio', { name: /access|Read/ }).count()).toBe(0)
    const scopes = await page
      .getByRole('checkbox')
      .evaluateAll((boxes) => boxes.map((box) => box.nextSibling?.textContent))
    expect(scopes.map((text) => text?.slice(0, 8))).toEqual(['records:', 'records:', 'records:', 'files:re'])
    expect(await page.getByRole('checkbox', { name: 'records:read' }).isChecked()).toBe(true)
    await page.getByText('As a developer you can grant records:* and files:read at most.').waitFor()
    await page.getByRole('button', { name: 'Create API key' }).click()
    expect(await environment.evaluate((field) => field === document.activeElement)).toBe(true)

    await environment.selectOption('Staging')
    await page.getByText('waits for approval by an owner or an admin').waitFor()
    await expectEveryLook(page, 'create-as-developer')
    await page.getByRole('button', { name: 'Create API key' }).click()
    const secret = await page.getByRole('textbox', { name: 'Your new secret' }).inputValue()
    await page.getByRole('button', { name: 'I have saved it' }).click()
    expect((await dashboard.operator.verify(secret)).code).toBe('PENDING')
    await page.close()
    expect(dashboard.complaints()).toEqual([])
  })

  test('is told before an edit that a key can be given no more, and narrows it all the same', async () => {
    const { operator, organization } = dashboard
    const { key } = await operator.createKey(organization, {
      name: 'mighty',
      environment: 'development',
      scopes: ['records:*', 'account:read'],
    })
    const page = await openAs(dashboard, 'developer', 'Dora')
    await page.goto(dashboard.path(`/keys/${key.id}/edit`))
    await page.getByText('It holds more than a developer can grant.').waitFor()
    await expectAccessible(page, 'an edit that can only narrow')
    await takeScreenshot(page, 'edit-narrow-only')
    // What it holds is in sight, and can be taken away.
    await page.getByRole('checkbox', { name: 'account:read' }).uncheck()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText(/^Changed everywhere/).waitFor()
    expect((await operator.key(organization, key.id)).scopes).toEqual(['records:*'])
    await page.close()
    expect(dashboard.complaints()).toEqual([])
  })
})

test('an owner is offered everything, and their keys wait for nobody', async () => {
  const page = await openAs(dashboard, 'owner', 'Olga')
  await page.goto(dashboard.path('/keys/new'))
  await page.getByLabel('Environment').selectOption('Staging')
  expect(await page.getByLabel('Environment').getByRole('option').first().innerText()).toBe('None')
  await page.getByRole('radio', { name: 'Full access' }).waitFor()
  expect(await page.getByText(/waits for approval|at most|only\./).count()).toBe(0)
  await page.close()
  expect(dashboard.complaints()).toEqual([])
})
