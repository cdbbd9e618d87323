import { useEffect } from 'react'

let kept = 0
let waiting: (() => void)[] = []

/**
 * What is on this page has not got anywhere else yet. That a session is over then leads nobody away.
 * @returns a function that ends it.
 */
function keepPage(): () => void {
  kept++
  return () => {
    kept--
    if (kept > 0) return
    for (const goOn of waiting) goOn()
    waiting = []
  }
}

/**
 * For a secret, as soon as it is asked for: closing the page, or loading another in its place, asks first as well.
 * @returns a function that ends it.
 */
export function guardPage(): () => void {
  const letGo = keepPage()
  const ask = (event: BeforeUnloadEvent) => event.preventDefault()
  window.addEventListener('beforeunload', ask)
  return () => {
    window.removeEventListener('beforeunload', ask)
    letGo()
  }
}

/** For a form that takes a while to fill in. */
export function useKeptPage(): void {
  useEffect(keepPage, [])
}

/** Waits until nothing would be lost. @returns whether there was anything to wait for. */
export async function untilLetGo(): Promise<boolean> {
  if (kept === 0) return false
  await new Promise<void>((resolve) => {
    waiting.push(resolve)
  })
  return true
}
