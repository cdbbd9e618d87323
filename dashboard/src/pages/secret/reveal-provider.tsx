import { lazy, type ReactNode, Suspense } from 'react'
import { RevealContext, type Revealed } from './reveal-context.ts'
import { useSecretBox } from './use-secret-box.ts'

// Whatever makes a secret imports the panel as well, so it is there before the secret is: nothing has to be fetched in
// between that could fail.
const SecretPanel = lazy(async () => ({ default: (await import('./secret-panel.tsx')).SecretPanel }))

/** Shows a new secret, whatever screen comes next: when the panel goes, it is gone. */
export function RevealProvider({ children }: { children: ReactNode }) {
  const { box, show, empty } = useSecretBox<Revealed>()
  return (
    <RevealContext value={show}>
      {children}
      <Suspense fallback={null}>
        {box?.held && (
          <SecretPanel key={`${box.held.apiKey.id} ${box.held.apiKey.version}`} box={box} onSaved={empty} />
        )}
      </Suspense>
    </RevealContext>
  )
}
