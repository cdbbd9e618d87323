import { Button } from '../../ui/button.tsx'
import { GuardedSecret } from '../secret/guarded-secret.tsx'
import type { SecretBox } from '../secret/use-secret-box.ts'

export interface MadeServiceKey {
  name: string
  secret: string
}

interface NewServiceKeyProps {
  box: SecretBox<MadeServiceKey>
  onClose: () => void
}

/** A new service key while it is shown. */
export function NewServiceKey({ box, onClose }: NewServiceKeyProps) {
  return (
    box.held && (
      <GuardedSecret
        title="Your new service key"
        {...box.held}
        warning="Copy it now. It is shown this once and never again; if it is lost, revoke the key and create another."
        what="service key"
        remedy="Revoke it then, and create another."
        onGone={onClose}
        action={
          <Button look="primary" onClick={onClose}>
            I have saved it
          </Button>
        }
      />
    )
  )
}
