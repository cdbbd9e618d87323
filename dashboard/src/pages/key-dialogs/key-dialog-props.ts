import type { ApiKey } from '@claviger/sdk'
import type { RefObject } from 'react'

/** What every dialog about one key is told. */
export interface KeyDialogProps {
  apiKey: ApiKey
  /** Why it cannot be done any more: somebody else has done something to the key meanwhile. */
  overtaken: string | null
  onClose: () => void
  /** Gets focus afterwards where what opened the dialog is gone: a row goes with what was done to it. */
  returnTo?: RefObject<HTMLElement | null>
  /** After a key is gone its own page is no place to be. */
  onDeleted?: () => Promise<void>
}
