import { beforeAll, expect, test } from 'vitest'
import { UNTRUSTED_HOST } from './chromium.ts'
import { ADA, type Dashboard, startDashboard } from './dashboard.ts'

let dashboard: Dashboard

beforeAll(async () => {
  dashboard = await startDashboard()
})

test('without TLS, at a name that browsers do not trust, a key is made, copied and pasted', async () => {
  const baseURL = `http://${UNTRUSTED_HOST}:${dashboard.server.port}`
  const page = await dashboard.openApart('/sign-in', { baseURL, storageState: { cookies: [], origins: [] } })
  expect(await page.evaluate(() => [window.isSecureContext, 'clipboard' in navigator])).toEqual([false, false])
  await page.getByLabel('E-mail').fill(ADA.email)
  await page.getByLabel('Password').fill(ADA.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'No API keys yet' }).waitFor()
  await page.goto(dashboard.path('/keys/new?name=ci-runner&scopes=records:read'))
  await page.getByRole('button', { name: 'Create API key' }).click()
  const panel = page.getByRole('alertdialog', { name: 'Your new secret' })
  const field = panel.getByRole('textbox', { name: 'Your new secret' })
  const secret = await field.inputValue()
  await panel.getByRole('button', { name: 'Copy secret' }).click()
  await panel.getByRole('status').filter({ hasText: 'Copied' }).waitFor({ state: 'attached' })
  const note = panel.getByLabel(/Where did you store it/)
  await note.press('Control+V')
  expect(await note.inputValue()).toBe(secret)
  // By hand as well: all of it is selected as soon as the field has focus.
  await note.fill('')
  await field.focus()
  await page.keyboard.press('Control+C')
  await note.press('Control+V')
  expect(await note.inputValue()).toBe(secret)
  await note.fill('')
  await panel.getByRole('button', { name: 'I have saved it' }).click()
  await page.getByRole('rowheader', { name: 'ci-runner' }).waitFor()
  await page.close()
  expect(dashboard.complaints()).toEqual([])
})
