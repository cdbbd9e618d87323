import type { ApiKey } from '@claviger/sdk'

/** What every dialog about one key is told. */
export interface KeyDialogProps {
  apiKey: ApiKey
  onClose: () => void
  /** After a key is gone its own page is no place to be. */
  onDeleted?: () => Promise<void>
}
