import { holdsSecret, type Metadata } from '@claviger/core'
import { invalidField } from './refusals.ts'

/** What is said of a key, by those who make it. */
interface KeptTexts {
  name?: string | undefined
  description?: string | null | undefined
  externalId?: string | null | undefined
  tags?: readonly string[] | null | undefined
  metadata?: Metadata | null | undefined
}

/**
 * Whatever is said of a key is read by many, and stands in the audit log for good: no place for a secret.
 * @throws AppError `VALIDATION_FAILED`.
 */
export function requireNoSecrets({ name, description, externalId, tags, metadata }: KeptTexts): void {
  const texts: [field: string, text: unknown][] = [
    ['name', name],
    ['description', description],
    ['externalId', externalId],
    ...(tags ?? []).map((tag, at): [string, string] => [`tags[${at}]`, tag]),
    ...Object.entries(metadata ?? {}).map(([entry, value]): [string, string] => ['metadata', `${entry} ${value}`]),
  ]
  for (const [field, text] of texts) {
    if (typeof text !== 'string' || !holdsSecret(text)) continue
    throw invalidField(field, 'holds a secret, and many can read it; say where the secret is kept instead')
  }
}
