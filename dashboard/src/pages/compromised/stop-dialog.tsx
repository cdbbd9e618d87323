import type { ApiKey, KeyIssued, Receipt } from '@claviger/sdk'
import { client } from '../../data/client.ts'
import { useOnce } from '../../data/use-once.ts'
import { useSecretChange } from '../../data/use-secret-change.ts'
import { tellReceipt } from '../../text/receipts.ts'
import { pastOf } from '../../text/words.ts'
import { tellDone } from '../../ui/toast.tsx'
import { DangerDialog } from '../key-dialogs/danger-dialog.tsx'
import { tellLostSecret } from '../secret/lost-secret.ts'
import { useReveal } from '../secret/reveal-context.ts'
import '../secret/secret-panel.tsx'
import { useOrganization } from '../use-organization.ts'
import type { WayToStop } from './ways-to-stop.ts'

interface Asked {
  deed: WayToStop['deed']
  inUse: boolean
}

/** Says once more what would break, and does it. */
export function StopDialog({ apiKey, way, onClose }: { apiKey: ApiKey; way: WayToStop; onClose: () => void }) {
  const { id, words } = useOrganization()
  const reveal = useReveal()
  const rotate = useOnce(
    () => ({ graceSeconds: 0, reason: 'compromised' }) as const,
    (request, options) => client.keys.rotate(id, apiKey.id, request, options),
  )
  const stop = useSecretChange(
    ({ deed, inUse }: Asked): Promise<{ receipt: Receipt } | KeyIssued> => {
      if (deed === 'rotate') return rotate(apiKey.id)
      if (deed === 'revoke') return client.keys.revoke(id, apiKey.id, { reason: 'compromised' })
      return client.keys.delete(id, apiKey.id, inUse ? { confirm: 'in-use' } : undefined)
    },
    (answer) => {
      onClose()
      if ('secret' in answer && answer.secret === null) return tellLostSecret(answer.key, words)
      tellDone(tellReceipt(pastOf(way.label, 'Stopped'), answer.receipt), apiKey.name)
      if (!('secret' in answer) || answer.secret === null) return
      const { key, secret, sampleRequest } = answer
      reveal({ apiKey: key, secret, sampleRequest, reason: 'rotated' })
    },
  )
  return (
    <DangerDialog
      apiKey={apiKey}
      verb={way.label}
      title={`${way.label}: ${apiKey.name}`}
      consequence={way.breaks}
      busy={stop.busy}
      error={stop.error}
      onConfirm={(inUse) => void stop.run({ deed: way.deed, inUse })}
      onClose={onClose}
    />
  )
}
