import { useBlocker } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { RevealOnce } from '../../ui/reveal-once.tsx'

interface GuardedSecretProps {
  title: string
  /** Whose secret it is. */
  name: string
  secret: string
  warning: ReactNode
  /** What would be lost, inside a sentence. */
  what: string
  /** A sentence on what helps whoever lost it. */
  remedy: string
  children?: ReactNode
  action: ReactNode
  /** Somebody leaves without having saved it, and was asked. */
  onGone: () => void
}

/** A secret that neither Escape nor Back loses without being asked; nor does a closed tab, as long as its box guards it. */
export function GuardedSecret({ what, remedy, children, onGone, ...shown }: GuardedSecretProps) {
  const [leaving, setLeaving] = useState(false)
  useBlocker({
    shouldBlockFn: () => {
      setLeaving(true)
      return true
    },
    enableBeforeUnload: false,
  })
  return (
    <RevealOnce {...shown} onLeave={() => setLeaving(true)}>
      {leaving && (
        <Notice
          tone="danger"
          live
          title={`Leave without the ${what}?`}
          actions={
            <>
              <Button onClick={() => setLeaving(false)}>Stay here</Button>
              <Button look="danger" onClick={onGone}>
                Leave, I have not saved it
              </Button>
            </>
          }
        >
          {`It cannot be shown again. ${remedy}`}
        </Notice>
      )}
      {children}
    </RevealOnce>
  )
}
