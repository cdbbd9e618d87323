import type { KeyDeed } from '../keys/key-deeds.ts'
import { DeleteDialog } from './delete-dialog.tsx'
import type { KeyDialogProps } from './key-dialog-props.ts'
import { RevokeDialog } from './revoke-dialog.tsx'
import { RotateDialog } from './rotate-dialog.tsx'
import { SwitchDialog } from './switch-dialog.tsx'

/** The dialog of what is to be done to a key. */
export function KeyDialog({ deed, onDeleted, ...props }: KeyDialogProps & { deed: KeyDeed }) {
  if (deed === 'rotate') return <RotateDialog {...props} />
  if (deed === 'revoke') return <RevokeDialog {...props} />
  if (deed === 'delete') return <DeleteDialog {...props} {...(onDeleted && { onDeleted })} />
  return <SwitchDialog {...props} to={deed} />
}
