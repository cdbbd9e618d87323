import type { PlanTerms } from '@claviger/sdk'
import { counted } from './counts.ts'
import { limitText } from './limits.ts'
import { listed } from './words.ts'

/** What a plan lets an organization have, a sentence each. */
export function planTexts({ maxKeys, scopes, defaultRateLimit }: Omit<PlanTerms, 'id' | 'label'>): string[] {
  return [
    maxKeys === null ? 'Any number of keys.' : `${counted(maxKeys, 'active key', 'active keys')} at most.`,
    scopes === null ? 'Keys can hold every scope.' : `Keys can hold ${listed(scopes)}.`,
    ...(defaultRateLimit === null ? [] : [`${limitText(defaultRateLimit)} for a new key that names no limit.`]),
  ]
}
