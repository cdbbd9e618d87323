import { AppError, judgeOperation, type Operation, statusOf } from '@claviger/core'
import { type Actor, requireReach } from './actor.ts'
import type { Domain, Reads } from './ports.ts'
import type { KeyRecord } from './records.ts'
import { notFound } from './refusals.ts'

export async function getKey(
  { database }: { database: Reads },
  actor: Pick<Actor, 'boundTo'>,
  organizationId: string,
  keyId: string,
): Promise<KeyRecord> {
  requireReach(actor, organizationId)
  return findKey(database, organizationId, keyId)
}

/** @throws AppError `NOT_FOUND`, also for another organization's key and for a service key. */
export async function findKey(reads: Reads, organizationId: string, keyId: string): Promise<KeyRecord> {
  const key = await reads.key(keyId)
  // Same answer as an unknown id: a 403 would confirm that the key exists.
  if (key?.catalogue !== 'product' || key.organizationId !== organizationId) throw notFound('key')
  return key
}

/**
 * Asks the lifecycle table.
 * @returns false where the key already is what the operation would make it.
 * @throws AppError with the table's code where the operation is not allowed.
 */
export function requireAllowed(
  { product }: Pick<Domain, 'product'>,
  operation: Operation,
  key: KeyRecord,
  now: number,
): boolean {
  const status = statusOf(key, now)
  const judgement = judgeOperation(operation, status, product.lifecycle)
  if (judgement === 'allowed') return true
  if (judgement === 'nothing-to-do') return false
  throw new AppError(judgement, `A key that is ${status} does not allow: ${operation}.`, { status, operation })
}
