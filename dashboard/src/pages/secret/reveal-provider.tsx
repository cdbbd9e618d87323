import { lazy, type ReactNode, Suspense, useCallback, useState } from 'react'
import { RevealContext, type Revealed } from './reveal-context.ts'

// Whatever makes a secret imports the panel as well, so it is there before the secret is: nothing has to be fetched in
// between that could fail.
const SecretPanel = lazy(async () => ({ default: (await import('./secret-panel.tsx')).SecretPanel }))

/**
 * Holds a new secret while it is shown, and nowhere else: when the panel goes, it is gone. React keeps what it has shown
 * last time for as long as it shows nothing new, so what it is given is a box, and the box is emptied.
 */
export function RevealProvider({ children }: { children: ReactNode }) {
  const [box, setBox] = useState<{ held: Revealed | null } | null>(null)
  const reveal = useCallback((revealed: Revealed) => setBox({ held: revealed }), [])
  const close = () => {
    if (box) box.held = null
    setBox(null)
  }
  return (
    <RevealContext value={reveal}>
      {children}
      <Suspense fallback={null}>
        {box?.held && (
          <SecretPanel key={`${box.held.apiKey.id} ${box.held.apiKey.version}`} box={box} onSaved={close} />
        )}
      </Suspense>
    </RevealContext>
  )
}
