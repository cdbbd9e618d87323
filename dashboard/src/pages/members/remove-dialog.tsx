import type { Member } from '@claviger/sdk'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { client } from '../../data/client.ts'
import { meQuery } from '../../data/queries.ts'
import { useChange } from '../../data/use-change.ts'
import { paths } from '../../paths.ts'
import { counted } from '../../text/counts.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { RefusalNotice } from '../refusal-notice.tsx'
import { useOrganization } from '../use-organization.ts'

/** Somebody goes, at once; what they answered for is decided about on the page behind. */
export function RemoveDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const { id, organization } = useOrganization()
  const { data: me } = useSuspenseQuery(meQuery)
  const navigate = useNavigate()
  const isMe = member.person.id === me.person.id
  const remove = useChange(
    () => client.members.remove(id, member.id),
    async ({ keys, receipt }) => {
      tellDone(
        tellReceipt(isMe ? 'Left' : 'Removed', receipt),
        keys.length === 0 ? undefined : whatStays(keys.length, isMe),
      )
      onClose()
      if (isMe && !me.person.operator) await navigate(paths.home())
    },
  )
  const title = isMe ? `Leave ${organization.name}` : `Remove ${member.person.name}`
  return (
    <Dialog
      title={title}
      about={
        isMe
          ? 'It is over at once: only an invitation brings you back.'
          : 'It is over for them at once, on every screen that they have open.'
      }
      onClose={onClose}
      dismissible={!remove.busy}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="danger" busy={remove.busy} onClick={() => void remove.run(undefined)}>
            {title}
          </Button>
        </>
      }
    >
      <p className="text-dim">
        {isMe
          ? 'Keys that you answer for go on working. Each is listed afterwards for those who stay, to be kept, handed over or revoked.'
          : 'Keys that they answer for go on working. Each is listed afterwards, to be kept, handed over or revoked.'}
      </p>
      <RefusalNotice error={remove.error} />
    </Dialog>
  )
}

function whatStays(keys: number, isMe: boolean): string {
  return isMe
    ? `${counted(keys, 'key of yours still works', 'keys of yours still work')}.`
    : `${counted(keys, 'key of theirs still works', 'keys of theirs still work')}: decide what becomes of them.`
}
