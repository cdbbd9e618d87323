import { Button } from '../../ui/button.tsx'
import { GuardedSecret } from '../secret/guarded-secret.tsx'

/** A new service key while it is shown. It is emptied then: what a page showed last, React keeps for a while. */
export interface ServiceKeyBox {
  held: { name: string; secret: string } | null
}

interface NewServiceKeyProps {
  box: ServiceKeyBox
  onClose: () => void
}

export function NewServiceKey({ box, onClose }: NewServiceKeyProps) {
  const close = () => {
    box.held = null
    onClose()
  }
  return (
    box.held && (
      <GuardedSecret
        title="Your new service key"
        {...box.held}
        warning="Copy it now. It is shown this once and never again; if it is lost, revoke the key and create another."
        what="service key"
        remedy="Revoke it then, and create another."
        onGone={close}
        action={
          <Button look="primary" onClick={close}>
            I have saved it
          </Button>
        }
      />
    )
  )
}
