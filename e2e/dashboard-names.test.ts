import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Dashboard, expectAccessible, startDashboard, takeScreenshot } from './dashboard.ts'

let dashboard: Dashboard

const ARABIC = 'مفتاح الفوترة (v2)'
const HEBREW = 'שירות החיוב: acme-billing'
/** The longest name there may be, without a place to break it. */
const UNBROKEN = 'x'.repeat(100)
const EMOJI = '👩🏽‍🚀'.repeat(10)
const COMBINING = `z${'\u0335\u0301\u0323'.repeat(20)}algo`
const NAMES = [ARABIC, HEBREW, UNBROKEN, EMOJI, COMBINING]

const keys = new Map<string, string>()

beforeAll(async () => {
  dashboard = await startDashboard()
  for (const name of NAMES) {
    const made = await dashboard.operator.createKey(dashboard.organization, {
      name,
      description: `${name} ${name}`,
      environment: 'production',
      accessLevel: 'read-only',
    })
    keys.set(name, made.key.id)
  }
})

async function done(page: Page): Promise<void> {
  await page.close()
  expect(dashboard.complaints()).toEqual([])
}

/** How far the page can be scrolled sideways; nothing should have to be. */
const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** What reaches over an edge of the window or of its column, and does not stand in something that scrolls or says that it is cut. */
const cutOff = (page: Page) =>
  page.evaluate(() => {
    const isContained = (element: Element): boolean => {
      const { parentElement } = element
      return (
        parentElement !== null &&
        (getComputedStyle(parentElement).overflowX !== 'visible' || isContained(parentElement))
      )
    }
    const over = [...document.body.querySelectorAll('*')].filter((element) => {
      // Into the next column, beyond the space between them.
      if (element.matches('td, th') && element.scrollWidth > element.clientWidth + 8) return true
      const { left, right, width } = element.getBoundingClientRect()
      return width > 1 && (left < -1 || right > window.innerWidth + 1) && !isContained(element)
    })
    return over.map((element) => element.outerHTML.slice(0, 160))
  })

async function expectFits(page: Page, where: string): Promise<void> {
  expect(await cutOff(page), where).toEqual([])
  expect(await overflow(page), where).toBeLessThanOrEqual(0)
}

const SCREENS = [
  { name: 'the list', path: () => '/keys', ready: (page: Page) => page.getByRole('table').waitFor() },
  {
    name: 'a key',
    path: () => `/keys/${keys.get(UNBROKEN)}`,
    ready: (page: Page) => page.getByRole('heading', { level: 1, name: UNBROKEN }).waitFor(),
  },
  { name: 'the activity', path: () => '/activity', ready: (page: Page) => page.getByRole('table').waitFor() },
  {
    name: 'the form',
    path: () => '/keys/new',
    ready: (page: Page) => page.getByLabel('Name', { exact: true }).waitFor(),
  },
  {
    name: 'the overview',
    path: () => '',
    ready: (page: Page) => page.getByRole('main').getByRole('heading').first().waitFor(),
  },
]

/** As wide as a desk, as a tablet, and as half a laptop is to whoever needs everything twice as large. */
const WIDTHS = [1440, 768, 320]

describe.each(SCREENS)('$name', ({ name, path, ready }) => {
  test('holds any name, however long and in whatever script', async () => {
    const page = await dashboard.open(dashboard.path(path()))
    await ready(page)
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 })
      await expectFits(page, `${name} at ${width}`)
    }
    await done(page)
  })

  test('is read from right to left where the document is', async () => {
    const page = await dashboard.open(dashboard.path(path()))
    await ready(page)
    await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'))
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 })
      await expectFits(page, `${name} at ${width}`)
    }
    await page.setViewportSize({ width: 1440, height: 900 })
    await expectAccessible(page, `${name} from right to left`)
    const main = (await page.getByRole('main').boundingBox()) ?? { x: Number.NaN, width: 0 }
    const navigation = (await page.getByRole('navigation', { name: 'Main' }).boundingBox()) ?? { x: Number.NaN }
    expect(navigation.x).toBeGreaterThanOrEqual(main.x + main.width - 1)
    await takeScreenshot(page, `rtl-${name.replaceAll(' ', '-')}`)
    await done(page)
  })
})

describe('names of other scripts', () => {
  test('keep their own direction, and prefixes and secrets stay left to right', async () => {
    const page = await dashboard.open(dashboard.path('/keys'))
    const row = page.getByRole('row').filter({ hasText: 'acme-billing' })
    const direction = (part: string) =>
      row
        .locator(part)
        .first()
        .evaluate((element) => getComputedStyle(element).direction)
    expect(await direction('th a')).toBe('rtl')
    expect(await direction('code')).toBe('ltr')
    await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'))
    expect(await direction('code')).toBe('ltr')
    const english = page.getByRole('row').filter({ hasText: UNBROKEN }).locator('th a')
    expect(await english.evaluate((element) => getComputedStyle(element).direction)).toBe('ltr')
    await done(page)
  })

  test('stand in dialogs and in the panel of a secret, which stays as it must be typed', async () => {
    for (const name of [ARABIC, UNBROKEN]) {
      const page = await dashboard.open(dashboard.path(`/keys/${keys.get(name)}`))
      await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'))
      await page.getByRole('button', { name: 'Rotate…' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('Nobody in seven days').waitFor()
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 })
        await expectFits(page, `the dialog at ${width}`)
      }
      await dialog.getByRole('button', { name: 'Rotate', exact: true }).click()
      const panel = page.getByRole('alertdialog')
      const secret = panel.getByRole('textbox', { name: 'The new secret' })
      await secret.waitFor()
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 })
        await expectFits(page, `the panel at ${width}`)
      }
      expect(await secret.evaluate((field) => getComputedStyle(field).direction)).toBe('ltr')
      expect(await panel.locator('pre').evaluate((sample) => getComputedStyle(sample).direction)).toBe('ltr')
      await takeScreenshot(page, `rtl-panel-${name === ARABIC ? 'arabic' : 'unbroken'}`)
      await panel.getByRole('button', { name: 'I have saved it' }).click()
      await panel.waitFor({ state: 'detached' })
      await done(page)
    }
  })
})

describe('whoever needs it otherwise', () => {
  test('sees nothing move with reduced motion', async () => {
    const page = await dashboard.openApart(dashboard.path('/keys'), { reducedMotion: 'reduce' })
    await page
      .getByRole('button', { name: /^Actions for/ })
      .first()
      .click()
    await page.getByRole('menuitem', { name: 'Revoke', exact: true }).click()
    await page.getByRole('dialog').waitFor()
    const longest = await page.evaluate(() =>
      Math.max(
        ...[...document.querySelectorAll('*')].flatMap((element) => {
          const { transitionDuration, animationDuration } = getComputedStyle(element)
          return `${transitionDuration},${animationDuration}`.split(',').map(Number.parseFloat)
        }),
      ),
    )
    expect(longest).toBeLessThanOrEqual(0.001)
    await done(page)
  })

  test('tells what is chosen, checked and current where the system forces its colours', async () => {
    const page = await dashboard.openApart(dashboard.path('/keys'), { forcedColors: 'active' })
    await page.getByRole('table').waitFor()
    const [current, other] = await page
      .getByRole('navigation', { name: 'Status' })
      .getByRole('link')
      .evaluateAll((links) => links.map((link) => getComputedStyle(link).borderBlockEndColor))
    expect(current).not.toBe(other)
    await takeScreenshot(page, 'forced-colors')
    await done(page)
  })

  test('has every way to another screen in sight and in one line, as narrow as a phone is', async () => {
    for (const path of [dashboard.path('/keys'), '/operator']) {
      const page = await dashboard.openApart(path, { viewport: { width: 320, height: 700 } })
      const links = page.getByRole('navigation', { name: 'Main' }).getByRole('link')
      await links.first().waitFor()
      for (const link of await links.all()) {
        const { x, width, height } = (await link.boundingBox()) ?? { x: Number.NaN, width: 0, height: 0 }
        expect(x).toBeGreaterThanOrEqual(0)
        expect(x + width).toBeLessThanOrEqual(320)
        expect(height).toBe(32)
      }
      await done(page)
    }
  })

  test('finds the same at twice the size as at half the width', async () => {
    const page = await dashboard.openApart(dashboard.path('/keys'), {
      viewport: { width: 720, height: 450 },
      deviceScaleFactor: 2,
    })
    await page.getByRole('table').waitFor()
    await expectFits(page, 'the list at 200 %')
    for (const name of ['Create API key', 'Export CSV']) {
      await page.getByRole('link', { name }).or(page.getByRole('button', { name })).first().scrollIntoViewIfNeeded()
    }
    await takeScreenshot(page, 'zoomed-keys')
    await done(page)
  })
})
