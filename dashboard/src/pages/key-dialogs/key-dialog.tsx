import { ClavigerError } from '@claviger/sdk'
import { useQuery } from '@tanstack/react-query'
import { keyQuery } from '../../data/queries.ts'
import type { KeyDeed } from '../keys/key-deeds.ts'
import { whyNot } from '../keys/key-menu.tsx'
import { useOrganization } from '../use-organization.ts'
import { DeleteDialog } from './delete-dialog.tsx'
import type { KeyDialogProps } from './key-dialog-props.ts'
import { RevokeDialog } from './revoke-dialog.tsx'
import { RotateDialog } from './rotate-dialog.tsx'
import { SwitchDialog } from './switch-dialog.tsx'

/** The dialog of what is to be done to a key. */
export function KeyDialog({ deed, onDeleted, ...given }: Omit<KeyDialogProps, 'overtaken'> & { deed: KeyDeed }) {
  const { id, catalog } = useOrganization()
  // As it is by now, and not as it was when the dialog was opened.
  const { data: apiKey = given.apiKey, error } = useQuery(keyQuery(id, given.apiKey.id))
  const isGone = error instanceof ClavigerError && error.status === 404
  const props = { ...given, apiKey, overtaken: isGone ? error.message : whyNot(deed, apiKey, catalog) }
  if (deed === 'rotate') return <RotateDialog {...props} />
  if (deed === 'revoke') return <RevokeDialog {...props} />
  if (deed === 'delete') return <DeleteDialog {...props} {...(onDeleted && { onDeleted })} />
  return <SwitchDialog {...props} to={deed} />
}
