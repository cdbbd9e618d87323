import type { Page } from 'playwright-core'

/** What begins a wait, as the browser stamps it: a press that ends, a key that goes down, a step back in history. */
type Beginning = 'click' | 'keydown' | 'change' | 'popstate'

interface Watching {
  paintedAfter?: Promise<number>
}

/**
 * How long somebody waits: from the browser's own time of the event, that is when it came in and not when a script got
 * to it, until a frame is on the screen in which what was asked for is there.
 * @param act makes the event. @param isThere is evaluated in the page, after each change of the document.
 * @returns milliseconds.
 */
export async function timeToPaint(
  page: Page,
  begins: Beginning,
  act: () => Promise<unknown>,
  isThere: () => boolean,
): Promise<number> {
  // As a text: the page lets no script make a function of one, but whoever drives the browser may.
  await page.evaluate(`(${watch})('${begins}', ${isThere})`)
  await act()
  return page.evaluate(() => (window as unknown as Watching).paintedAfter ?? Number.NaN)
}

/** Runs in the page. */
function watch(begins: Beginning, isThere: () => boolean): void {
  const painted = Promise.withResolvers<number>()
  setTimeout(() => painted.reject(new Error(`never there after ${begins}: ${isThere}`)), 20_000)
  window.addEventListener(
    begins,
    ({ timeStamp }) => {
      let ended = false
      const look = () => {
        if (ended || !isThere()) return
        ended = true
        observer.disconnect()
        // What runs in a frame runs before it is painted; a message sent from there arrives once it has been.
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = () => painted.resolve(performance.now() - timeStamp)
          port2.postMessage(null)
        })
      }
      const observer = new MutationObserver(look)
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
      // A change of the address alone touches no node.
      requestAnimationFrame(look)
    },
    { capture: true, once: true },
  )
  Object.assign(window, { paintedAfter: painted.promise })
}
