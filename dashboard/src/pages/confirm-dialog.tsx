import type { ConfirmRequest } from '@claviger/sdk'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useId, useState } from 'react'
import { client } from '../data/client.ts'
import { meQuery, methodsQuery } from '../data/queries.ts'
import { useChange } from '../data/use-change.ts'
import { ConfirmForm } from '../forms/confirm-form.tsx'
import { paths } from '../paths.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { RefusalNotice } from './refusal-notice.tsx'
import { BesideButtons, BesideNotice, useSignInBeside } from './sign-in-beside.tsx'

/** Whoever sits there shows who they are: with their password, or by signing in anew at an identity provider. */
export function ConfirmDialog({ onEnd }: { onEnd: (done: boolean) => void }) {
  const { data: me } = useSuspenseQuery(meQuery)
  const { data: methods } = useQuery(methodsQuery)
  const formId = useId()
  const confirm = useChange(
    (proof: ConfirmRequest) => client.people.confirm(proof),
    () => onEnd(true),
  )
  const [beside, openBeside] = useSignInBeside()
  const [asked] = useState(me)
  // They signed in in another window, and this one has heard of it.
  useEffect(() => {
    // What one person asked for is not done by another.
    if (me.person.id !== asked.person.id) window.location.reload()
    else if (me.session.id !== asked.session.id) onEnd(true)
  }, [me, asked, onEnd])
  const { hasPassword, twoFactor } = me.person
  const providers = methods?.providers ?? []
  return (
    <Dialog
      title="Is it still you?"
      about="This changes keys that are in production, so show once more who you are. It then holds for ten minutes."
      onClose={() => onEnd(false)}
      dismissible={!confirm.busy}
      actions={
        <>
          <Button onClick={() => onEnd(false)}>Cancel</Button>
          {hasPassword ? (
            <Button type="submit" form={formId} look="primary" busy={confirm.busy}>
              Confirm
            </Button>
          ) : (
            <BesideButtons providers={providers} look="primary" onChoose={openBeside} />
          )}
        </>
      }
    >
      {hasPassword && (
        <ConfirmForm
          id={formId}
          asksCode={twoFactor}
          failure={<RefusalNotice error={confirm.error} />}
          onSubmit={(proof) => void confirm.run(proof)}
        />
      )}
      {hasPassword && providers.length > 0 && (
        <div className="flex flex-wrap items-center gap-2">
          <span className="text-dim">Or</span>
          <BesideButtons providers={providers} onChoose={openBeside} />
        </div>
      )}
      {!hasPassword && methods?.providers.length === 0 && (
        <p>
          You have no password to show it with.{' '}
          <Link {...paths.forgotPassword()} target="_blank" className="text-accent-ink underline underline-offset-3">
            Have a link mailed to set one
          </Link>
        </p>
      )}
      <BesideNotice beside={beside} />
    </Dialog>
  )
}
