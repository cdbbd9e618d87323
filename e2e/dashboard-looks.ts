import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { eventually, expectAccessible, takeScreenshot } from './dashboard.ts'

type Form = readonly [look: 'light' | 'dark', width: number]

/** As narrow as reflow asks for (WCAG 2.2, 1.4.10), a tablet, a desk. */
const WIDTHS = [320, 768, 1440]
const EVERY_FORM: readonly Form[] = WIDTHS.flatMap((width): Form[] => [
  ['light', width],
  ['dark', width],
])
/** The two that differ most. Unless every form is to be seen, what is looked at has them by turns. */
const SHORT: readonly Form[] = [
  ['light', 1440],
  ['dark', 320],
]
const FULL = process.env.PROOF === 'full'
let turn = 0
/** For whoever wants to look, on a desk and on a phone. */
const EVERY_PICTURE: readonly Form[] = [
  ['light', 1440],
  ['dark', 390],
  ['light', 390],
  ['dark', 1440],
]
const PICTURES = FULL ? EVERY_PICTURE : []

/** Runs in the page. Where a row is a card, what comes second in a cell would stand below its label. */
function crowdedCells(): string[] {
  const isThere = ({ nodeType, textContent }: ChildNode) =>
    nodeType === Node.ELEMENT_NODE || (textContent ?? '').trim() !== ''
  return [...document.querySelectorAll('td[data-label]')]
    .filter((cell) => cell.childElementCount > 0 && [...cell.childNodes].filter(isThere).length > 1)
    .map(({ outerHTML }) => outerHTML)
}

/** Half-way from one look to another nothing has the colours that it should have. */
async function settled(page: Page): Promise<void> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  await page.evaluate(frame)
  await eventually(async () => expect(await page.evaluate(() => document.getAnimations().length)).toBe(0))
  await page.evaluate(frame)
}

/**
 * Accessible, light and dark, and never wider than the window, as the page stands now. Pictures are left of it, and the
 * page as wide as it was.
 */
export async function expectEveryLook(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()
  const forms = FULL ? EVERY_FORM : SHORT.slice(turn, turn + 1)
  turn = 1 - turn
  for (const [colorScheme, width] of forms) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 900 })
    await settled(page)
    await expectAccessible(page, `${name} in ${colorScheme} at ${width}`)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow, `${name} at ${width}`).toBeLessThanOrEqual(0)
    expect(await page.evaluate(crowdedCells), `cells of ${name} with more beside their label than one thing`).toEqual(
      [],
    )
  }
  for (const [colorScheme, width] of PICTURES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 900 })
    await takeScreenshot(page, `${name}-${colorScheme}${width === 390 ? '-390' : ''}`)
  }
  if (before) await page.setViewportSize(before)
}
