import { setTimeout as sleep } from 'node:timers/promises'
import type { Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { createCrowd } from './crowded-organization.ts'
import { type Dashboard, eventually, startDashboard } from './dashboard.ts'
import { timeToPaint } from './dashboard-paint-times.ts'
import { Latencies } from './latencies.ts'

const MANY = 10_000
const IS_FULL = process.env.PROOF === 'full'
/** Pages that are opened anew. */
const VISITS = IS_FULL ? 8 : 1
/** So many lists are gone through on each: of one that was read before, all would be there at once. */
const ORGANIZATIONS = IS_FULL ? 6 : 1
/**
 * A tenth of a second is what feels at once. What is done for the first time on a page that was just opened takes longer:
 * a browser has not compiled yet what it has not run. Beside other tests nothing can be said but that nobody waits.
 */
const BOUNDS = IS_FULL
  ? { first: { share: 0.95, ms: 300 }, later: { share: 0.95, ms: 100 } }
  : { first: { share: 0.5, ms: 1_500 }, later: { share: 0.5, ms: 1_500 } }

/** No hand is quicker from one touch to the next, nor from one letter to the next. */
const BETWEEN_TOUCHES_MS = 250
const BETWEEN_LETTERS_MS = 100
/** No hand presses in the moment in which it arrives; a page that is pointed at can begin. */
const BEFORE_A_PRESS_MS = 100

let dashboard: Dashboard
const organizations: string[] = []

beforeAll(async () => {
  dashboard = await startDashboard()
})
beforeAll(async () => {
  for (let at = 0; at < ORGANIZATIONS; at++) {
    organizations.push(await createCrowd(dashboard.operator, MANY, `Crowd ${at}`))
  }
}, ORGANIZATIONS * 60_000)

const isListed = () =>
  document.querySelectorAll('table[aria-label="API keys"]:not([aria-busy]) tbody tr:not([hidden])').length > 0

/** Names as they stand in one moment: rows are filled anew, so of what is found first and read then, some may be others. */
const listed = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('tbody tr:not([hidden]) > th[scope=row]')].map(({ textContent }) => textContent),
  )

async function settled(page: Page): Promise<void> {
  await page.locator('table[aria-label="API keys"]:not([aria-busy]) tbody tr').first().waitFor()
}

async function press(target: Locator): Promise<void> {
  await target.hover()
  await sleep(BEFORE_A_PRESS_MS)
  await target.click()
}

async function goTo(page: Page, at: number): Promise<void> {
  await page.getByRole('button', { name: 'Switch organization' }).click()
  await page.getByRole('menuitem', { name: `Crowd ${at}` }).click()
  await page.waitForURL(`**/${organizations[at]}/**`)
  await page.getByRole('link', { name: 'Activity' }).click()
  await page.getByRole('table', { name: 'Activity' }).waitFor()
}

/** Each begins where the one before it left off. */
const STEPS: Readonly<Record<string, (page: Page, round: number) => Promise<number[]>>> = {
  'the list opens': async (page) => [
    await timeToPaint(page, 'click', () => press(page.getByRole('link', { name: 'API keys' })), isListed),
  ],
  'a letter is typed into the search': async (page, round) => {
    await page.keyboard.press('/')
    const times = []
    for (const letter of `runner ${1 + (round % 9)}`) {
      await page.waitForTimeout(BETWEEN_LETTERS_MS)
      times.push(
        await timeToPaint(
          page,
          'keydown',
          () => page.keyboard.type(letter),
          () => {
            const typed = document.querySelector<HTMLInputElement>('input[type=search]')?.value.trim() ?? ''
            const names = [
              ...document.querySelectorAll(
                'table[aria-label="API keys"]:not([aria-busy]) tr:not([hidden]) > th[scope=row]',
              ),
            ]
            const asked = new URLSearchParams(location.search).get('q')
            return asked === typed && names.length > 0 && names.every(({ textContent }) => textContent.includes(typed))
          },
        ),
      )
    }
    return times
  },
  'another status is chosen': async (page) => [
    await timeToPaint(
      page,
      'click',
      () => press(page.getByRole('link', { name: /^All/ })),
      () =>
        document.querySelector('table[aria-label="API keys"]:not([aria-busy])') !== null &&
        document.querySelector('nav[aria-label=Status] [aria-current=page]')?.textContent.startsWith('All') === true,
    ),
  ],
  'a column is sorted by': async (page) => [
    await timeToPaint(
      page,
      'click',
      () => press(page.getByRole('button', { name: 'Last used' })),
      () =>
        document.querySelector('table[aria-label="API keys"]:not([aria-busy]) th[aria-sort=descending]')
          ?.textContent === 'Last used' && location.search.includes('sort='),
    ),
  ],
  'an environment is chosen': async (page) => [
    await timeToPaint(
      page,
      'change',
      () => page.getByRole('combobox', { name: 'Environment' }).selectOption('production'),
      () =>
        document.querySelector('table[aria-label="API keys"]:not([aria-busy]) tbody tr') !== null &&
        ![...document.querySelectorAll('tbody tr:not([hidden])')].some(({ textContent }) =>
          textContent.includes('Staging'),
        ),
    ),
  ],
  'the next page is turned to': async (page) => [
    await timeToPaint(
      page,
      'click',
      () => press(page.getByRole('link', { name: 'Next' })),
      () =>
        document.querySelector('table[aria-label="API keys"]:not([aria-busy])') !== null &&
        document.querySelector('nav[aria-label=Pages]')?.textContent.includes('Previous') === true,
    ),
  ],
  'a key is opened': async (page) => [
    await timeToPaint(
      page,
      'click',
      () => press(page.getByRole('rowheader').getByRole('link').first()),
      () => document.querySelector('nav[aria-label^="About "]') !== null,
    ),
  ],
  'one goes back to the list': async (page) => [await timeToPaint(page, 'popstate', () => page.goBack(), isListed)],
  'all of a page are selected': async (page) => [
    await timeToPaint(
      page,
      'click',
      () => press(page.getByRole('checkbox', { name: 'Select all API keys' })),
      () => document.querySelectorAll('tbody input:checked').length > 10,
    ),
  ],
  'a row’s menu is opened': async (page) => [
    await timeToPaint(
      page,
      'click',
      () => press(page.getByRole('button', { name: /^Actions for/ }).first()),
      () => document.querySelector('[role=menuitem]') !== null,
    ),
  ],
  'a dialog is opened': async (page) => [
    await timeToPaint(
      page,
      'click',
      () => press(page.getByRole('menuitem', { name: 'Revoke', exact: true })),
      () => document.querySelector('[role=dialog]') !== null,
    ),
  ],
}

describe(`a list of ${MANY.toLocaleString('en')} keys`, () => {
  test('answers every touch without a delay', { timeout: VISITS * ORGANIZATIONS * 60_000 }, async () => {
    const newLatencies = () => new Map(Object.keys(STEPS).map((step) => [step, new Latencies()]))
    const taken = { first: newLatencies(), later: newLatencies() }
    for (let visit = 0; visit < VISITS; visit++) {
      // Nothing of what it needs was understood by the browser before.
      const page = await dashboard.openApart(`/${organizations[0]}/activity`)
      await page.getByRole('table', { name: 'Activity' }).waitFor()
      for (const [at] of organizations.entries()) {
        if (at > 0) await goTo(page, at)
        for (const [step, act] of Object.entries(STEPS)) {
          await page.waitForTimeout(BETWEEN_TOUCHES_MS)
          const times = taken[at === 0 ? 'first' : 'later'].get(step)
          for (const ms of await act(page, visit)) times?.note(ms)
          if (!step.endsWith('opened')) await settled(page)
        }
        await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
      }
      await page.close()
    }
    const figures = (['first', 'later'] as const).flatMap((when) =>
      [...taken[when]]
        .filter(([, times]) => times.count > 0)
        .map(([step, times]) => ({ told: `${when}: ${step}: ${times}`, times, bound: BOUNDS[when] })),
    )
    const told = figures.map((figure) => figure.told).join('\n')
    if (IS_FULL) console.info(told)
    const over = figures.filter(({ times, bound }) => times.below(bound.share) > bound.ms)
    expect(
      over.map((figure) => figure.told),
      told,
    ).toEqual([])
    expect(dashboard.complaints()).toEqual([])
  })

  test('asks for a page, a status and an order as soon as somebody points at the way there', async () => {
    const page = await dashboard.open(`/${organizations[0]}/keys`)
    await settled(page)
    const asked = (what: RegExp) => page.waitForRequest(what, { timeout: 10_000 })
    await Promise.all([asked(/\/keys\?.*cursor=/), page.getByRole('link', { name: 'Next' }).hover()])
    await Promise.all([asked(/\/keys\?.*status=revoked/), page.getByRole('link', { name: /^Revoked/ }).hover()])
    await Promise.all([asked(/\/keys\?.*sort=name/), page.getByRole('button', { name: 'Name', exact: true }).hover()])
    expect(new URL(page.url()).search).toBe('')
    await page.close()
    expect(dashboard.complaints()).toEqual([])
  })

  test('is walked through to its end with the keyboard, page by page, and every key is met once', async () => {
    const page = await dashboard.open(`/${organizations[0]}/keys?status=revoked`)
    await eventually(async () => expect(await listed(page)).toHaveLength(50))
    const seen = await listed(page)
    const next = page.getByRole('link', { name: 'Next' })
    await next.focus()
    await page.keyboard.press('Enter')
    await page.waitForURL('**cursor=**')
    await eventually(async () => expect(new Set([...seen, ...(await listed(page))]).size).toBe(100))
    await next.waitFor({ state: 'detached' })
    await page.close()
    expect(dashboard.complaints()).toEqual([])
  })
})
