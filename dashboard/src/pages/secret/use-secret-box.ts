import { useCallback, useEffect, useState } from 'react'
import { guardPage } from '../../data/kept-page.ts'

/**
 * React keeps what it has shown last time for as long as it shows nothing new, so what it is given of a secret is a box,
 * and the box is emptied.
 */
export interface SecretBox<Held> {
  /** Null once it is no longer shown. */
  held: Held | null
}

/** Holds a new secret while it is shown, and nowhere else. Until then leaving the page asks. */
export function useSecretBox<Held>() {
  const [box, setBox] = useState<(SecretBox<Held> & { letGo: () => void }) | null>(null)
  useEffect(() => box?.letGo, [box])
  // Guarded at once: what has asked for the secret lets go before React shows it.
  const show = useCallback((held: Held) => setBox({ held, letGo: guardPage() }), [])
  const empty = () => {
    if (box) box.held = null
    setBox(null)
  }
  return { box, show, empty }
}
