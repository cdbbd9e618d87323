import { client } from '../../data/client.ts'
import { useChange } from '../../data/use-change.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { pastOf } from '../../text/words.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { RefusalNotice } from '../refusal-notice.tsx'
import { useOrganization } from '../use-organization.ts'
import type { KeyDialogProps } from './key-dialog-props.ts'
import { UsageFacts, useRemovalCheck } from './usage-facts.tsx'

/** Off and on again: what can be taken back needs no name typed. */
export function SwitchDialog({ apiKey, to, overtaken, onClose }: KeyDialogProps & { to: 'disable' | 'enable' }) {
  const { id, words } = useOrganization()
  const check = useRemovalCheck(apiKey)
  const off = to === 'disable'
  const change = useChange(
    () => client.keys[to](id, apiKey.id),
    ({ receipt }) => {
      tellDone(tellReceipt(pastOf(words[to], off ? 'Disabled' : 'Enabled'), receipt), apiKey.name)
      onClose()
    },
  )
  return (
    <Dialog
      title={
        <>
          {words[to]}: <bdi>{apiKey.name}</bdi>
        </>
      }
      about={
        off
          ? 'Requests with it are refused until it is enabled again. Nothing else of it changes.'
          : 'Requests with it are accepted again.'
      }
      onClose={onClose}
      dismissible={!change.busy}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={change.busy} blocked={overtaken} onClick={() => void change.run(undefined)}>
            {words[to]}
          </Button>
        </>
      }
    >
      {off && <UsageFacts apiKey={apiKey} check={check} />}
      {overtaken !== null && !change.busy && <Notice tone="warn" title={overtaken} live />}
      <RefusalNotice error={change.error} />
    </Dialog>
  )
}
