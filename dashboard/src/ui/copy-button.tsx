import { useState } from 'react'
import { Button, type ButtonLook } from './button.tsx'
import { copyText } from './copy.ts'
import { CheckIcon, CopyIcon } from './icons.tsx'

interface CopyButtonProps extends ButtonLook {
  text: string
  /** What is copied, e.g. `Copy secret`. */
  label: string
  /** Shows the symbol alone. */
  compact?: boolean
}

const TOLD_MS = 2_500

/** Copies, and says aloud that it has. */
export function CopyButton({ text, label, compact = false, look = 'secondary' }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'none' | 'copied' | 'failed'>('none')
  const copy = async () => {
    setOutcome((await copyText(text)) ? 'copied' : 'failed')
    setTimeout(() => setOutcome('none'), TOLD_MS)
  }
  const word = { none: label.replace(/^(Copy).*$/, '$1'), copied: 'Copied', failed: 'Select it by hand' }[outcome]
  return (
    <>
      <Button
        look={look}
        size={compact ? 'icon' : 'normal'}
        aria-label={label}
        onClick={() => void copy()}
        className={compact ? 'align-middle' : 'min-w-24'}
      >
        {outcome === 'copied' ? <CheckIcon className="size-4 " /> : <CopyIcon />}
        {!compact && word}
      </Button>
      <span role="status" className="sr-only">
        {outcome === 'none' ? '' : outcome === 'copied' ? 'Copied' : 'Could not be copied; select it by hand'}
      </span>
    </>
  )
}
