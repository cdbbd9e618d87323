import type { ApiKey } from '@claviger/sdk'

/** What every dialog about one key is told. */
export interface KeyDialogProps {
  apiKey: ApiKey
  /** Why it cannot be done any more: somebody else has done something to the key meanwhile. */
  overtaken: string | null
  onClose: () => void
  /** After a key is gone its own page is no place to be. */
  onDeleted?: () => Promise<void>
}
