import { useLayoutEffect, useSyncExternalStore } from 'react'
import { accentColours } from './accent.ts'

const dark = window.matchMedia('(prefers-color-scheme: dark)')

function subscribe(listener: () => void): () => void {
  dark.addEventListener('change', listener)
  return () => dark.removeEventListener('change', listener)
}

/** Gives the page the product's colour, readable on the page as it is now, light or dark. */
export function Accent({ hex }: { hex: string }) {
  const isDark = useSyncExternalStore(subscribe, () => dark.matches)
  useLayoutEffect(() => {
    const { accent, onAccent, accentInk } = accentColours(hex, isDark ? '#212120' : '#f5f5f3')
    const { style } = document.documentElement
    style.setProperty('--accent', accent)
    style.setProperty('--on-accent', onAccent)
    style.setProperty('--accent-ink', accentInk)
  }, [hex, isDark])
  return null
}
