import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** Whoever works with the screens: by the words that stand on them, and nothing else. */

/** What can be read from the clipboard has to be allowed first. */
export const CLIPBOARD = { permissions: ['clipboard-read', 'clipboard-write'] }

/** Waits a while longer than what screens need to notice something by themselves. */
export const NOTICED = { timeout: 60_000 }

export const sidebar = (page: Page) => page.getByRole('navigation', { name: 'Main' })

export const rowOf = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })

export async function columnsOf(page: Page): Promise<string[]> {
  await page.getByRole('columnheader').first().waitFor()
  const titles = await page.getByRole('columnheader').allTextContents()
  // The first is the box by which rows are chosen.
  return titles.slice(1).map((title) => title.trim())
}

/** The cell of a row below this title. */
export async function cellOf(page: Page, name: string, column: string): Promise<Locator> {
  const at = (await columnsOf(page)).indexOf(column)
  if (at < 1) throw new Error(`there is no column "${column}"`)
  // Row and name have no cell, but the box has.
  return rowOf(page, name).getByRole('cell').nth(at)
}

/** Opens the ⋯ of a row. @returns what it offers, in order; what cannot be chosen now stands with why. */
export async function openMenu(page: Page, name: string): Promise<string[]> {
  await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click()
  await page.getByRole('menu').waitFor()
  return page.getByRole('menuitem').allInnerTexts()
}

export async function choose(page: Page, name: string, entry: string): Promise<void> {
  await openMenu(page, name)
  await page.getByRole('menuitem', { name: entry, exact: true }).click()
}

export const dialogOf = (page: Page, title: string) => page.getByRole('dialog', { name: title })

/** Waits until it is said to be done, and in force everywhere. @param about the name of what was changed. */
export async function untilTold(page: Page, done: string, about: string): Promise<void> {
  const title = page.getByText(new RegExp(`^${done} everywhere, \\d\\d:\\d\\d:\\d\\d, 1 verifier$`))
  await title.locator('xpath=..').filter({ hasText: about }).first().waitFor()
}

/** The one sight of a secret. @returns it, as it is copied with the button beside it. */
export async function copySecret(page: Page): Promise<string> {
  const panel = page.getByRole('alertdialog')
  await panel.getByRole('button', { name: 'Copy secret' }).click()
  const secret = await clipboardOf(page)
  expect(secret).toBe(await panel.getByRole('textbox').first().inputValue())
  return secret
}

/** @param form of the command: `Key filled in`, or from a variable. @returns it, as it is copied from the screen. */
export async function copyCommand(page: Page, form: string): Promise<string> {
  const sample = page.getByRole('alertdialog').getByRole('region', { name: 'Try it' })
  await sample.getByRole('button', { name: form }).click()
  await sample.getByRole('button', { name: 'Copy command' }).click()
  const command = await clipboardOf(page)
  expect(command).toBe(await sample.locator('pre').innerText())
  return command
}

export async function closeSecret(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'I have saved it' }).click()
  await page.getByRole('alertdialog').waitFor({ state: 'detached' })
}

export async function clipboardOf(page: Page): Promise<string> {
  await page.getByRole('status').filter({ hasText: 'Copied' }).first().waitFor({ state: 'attached' })
  return page.evaluate(() => navigator.clipboard.readText())
}

/** What somebody sees as red. */
export async function isRed(text: Locator): Promise<boolean> {
  const [red = 0, green = 0, blue = 0] = await text.evaluate((element) => {
    const context = document.createElement('canvas').getContext('2d')
    if (!context) return []
    context.fillStyle = getComputedStyle(element).color
    context.fillRect(0, 0, 1, 1)
    return [...context.getImageData(0, 0, 1, 1).data]
  })
  return red > 2 * green && red > 2 * blue
}

/** Joins by the link of an invitation, as somebody who has no account yet. */
export async function join(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Join' }).click()
  await sidebar(page).waitFor()
}

/** @returns the link that lets somebody in. */
export async function invite(page: Page, email: string, role: string): Promise<string> {
  await page.getByRole('button', { name: 'Invite somebody' }).click()
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('radio', { name: role }).check()
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue()
  await page.getByRole('button', { name: 'I have sent it' }).click()
  return link
}
