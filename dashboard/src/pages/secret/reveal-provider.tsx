import { lazy, type ReactNode, Suspense, useState } from 'react'
import { RevealContext, type Revealed } from './reveal-context.ts'

// Whatever makes a secret imports the panel as well, so it is there before the secret is: nothing has to be fetched in
// between that could fail.
const SecretPanel = lazy(async () => ({ default: (await import('./secret-panel.tsx')).SecretPanel }))

/** Holds a new secret while it is shown, and nowhere else: when the panel goes, it is gone. */
export function RevealProvider({ children }: { children: ReactNode }) {
  const [revealed, setRevealed] = useState<Revealed | null>(null)
  return (
    <RevealContext value={setRevealed}>
      {children}
      <Suspense fallback={null}>
        {revealed && (
          <SecretPanel
            key={`${revealed.apiKey.id} ${revealed.apiKey.version}`}
            {...revealed}
            onSaved={() => setRevealed(null)}
          />
        )}
      </Suspense>
    </RevealContext>
  )
}
