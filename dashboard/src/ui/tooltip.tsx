import { useEffect, useState } from 'react'
// Not fetched when it is wanted: whoever points at a time must not lose a page for a network that is away.
import { HintPopup } from './hint-popup.tsx'

const SHOWN_AFTER_MS = 200
/** Long enough to reach the popup itself with the pointer (WCAG 2.2, 1.4.13). */
const GONE_AFTER_MS = 150

/**
 * What makes an element show a hint when it is pointed at or reached by keyboard. It must be in reach of the keyboard,
 * and say the same to whoever does not see it. Needs `Hints` once around it.
 */
export function hinted(lines: readonly string[]): { 'data-hint': string } {
  return { 'data-hint': lines.join('\n') }
}

/** The popup for all hints of a page. One for all, which listens for all: a list has hundreds of hints. */
export function Hints() {
  const [shown, setShown] = useState<HTMLElement | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const show = (element: HTMLElement | null, afterMs: number) => {
      clearTimeout(timer)
      timer = setTimeout(() => setShown(element), afterMs)
    }
    const onPointerOver = ({ target, pointerType }: PointerEvent) => {
      if (pointerType === 'touch' || !(target instanceof Element)) return
      if (target.closest('[data-hint-popup]')) return clearTimeout(timer)
      const element = target.closest<HTMLElement>('[data-hint]')
      show(element, element ? SHOWN_AFTER_MS : GONE_AFTER_MS)
    }
    const onFocusIn = ({ target }: FocusEvent) => {
      const element = target instanceof HTMLElement && target.matches('[data-hint]:focus-visible') ? target : null
      show(element, 0)
    }
    const onKeyDown = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') show(null, 0)
    }
    const listening = new AbortController()
    const { signal } = listening
    document.addEventListener('pointerover', onPointerOver, { signal })
    document.documentElement.addEventListener('pointerleave', () => show(null, GONE_AFTER_MS), { signal })
    document.addEventListener('focusin', onFocusIn, { signal })
    document.addEventListener('focusout', () => show(null, 0), { signal })
    document.addEventListener('keydown', onKeyDown, { signal })
    return () => {
      clearTimeout(timer)
      listening.abort()
    }
  }, [])
  return shown && <HintPopup anchor={shown} text={shown.dataset.hint ?? ''} />
}
