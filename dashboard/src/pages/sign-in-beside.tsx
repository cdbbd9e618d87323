import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { paths } from '../paths.ts'
import { Button, type ButtonLook } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'

/** What became of the window that was asked for. */
export type Beside = 'not asked for' | 'open' | 'refused'

/**
 * Signs in anew at an identity provider, in a window of its own: what stands in this one is not lost by it.
 * @returns what became of that window, and how to ask for it. A browser opens none but for a click.
 */
export function useSignInBeside(): [Beside, (provider: string) => void] {
  const router = useRouter()
  const [beside, setBeside] = useState<Beside>('not asked for')
  const open = (provider: string) => {
    const { href } = router.buildLocation({ ...paths.freshSignIn(), search: { at: provider } })
    setBeside(window.open(href, '_blank', 'popup,width=520,height=720') ? 'open' : 'refused')
  }
  return [beside, open]
}

interface BesideButtonsProps extends ButtonLook {
  providers: readonly { id: string; label: string }[]
  onChoose: (provider: string) => void
}

export function BesideButtons({ providers, onChoose, ...look }: BesideButtonsProps) {
  return providers.map(({ id, label }) => (
    <Button key={id} {...look} onClick={() => onChoose(id)}>
      {`Sign in again with ${label}`}
    </Button>
  ))
}

export function BesideNotice({ beside }: { beside: Beside }) {
  if (beside === 'refused') {
    return (
      <Notice tone="danger" title="The browser opened no window" live>
        Allow this page to open windows, then try again.
      </Notice>
    )
  }
  return (
    <p role="status" className="empty:hidden">
      {beside === 'open' && 'Sign in there, in the window that has opened. This one then goes on by itself.'}
    </p>
  )
}
