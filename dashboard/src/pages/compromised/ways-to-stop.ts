import { inSentence } from '../../text/words.ts'
import { useOrganization } from '../use-organization.ts'

export interface WayToStop {
  deed: 'revoke' | 'delete' | 'rotate'
  /** In the product's words. */
  label: string
  /** What it means for whatever uses the key. */
  breaks: string
}

/** The ways to end a secret at once, as the product has them, the surest first. */
export function useWaysToStop(): WayToStop[] {
  const { words, screen, catalog } = useOrganization()
  const key = inSentence(words.key)
  const revoke: WayToStop = {
    deed: 'revoke',
    label: words.revoke,
    breaks: `Everything that uses the ${key} stops working at once and for good, and needs a replacement. The ${key} stays in the list.`,
  }
  const remove: WayToStop = {
    deed: 'delete',
    label: words.delete,
    breaks: `Everything that uses the ${key} stops working at once and for good, and needs a replacement. The ${key} leaves the list; its history stays.`,
  }
  const rotate: WayToStop = {
    deed: 'rotate',
    label: words.rotate,
    breaks: `The ${key} gets a new secret, and the old one is dead at once. What uses it stops working until it has the new secret; name, rights and history stay, and nothing has to be replaced.`,
  }
  const removes = !catalog.lifecycle.deleteRequiresRevoke && screen.menu.includes('delete')
  const revokes = screen.menu.includes('revoke') || !removes
  return [...(revokes ? [revoke] : []), ...(removes ? [remove] : []), rotate]
}
