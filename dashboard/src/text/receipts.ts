import type { Receipt } from '@claviger/sdk'
import { counted } from './counts.ts'
import { clockTime } from './times.ts'

/** `Revoked everywhere, 14:03:07, 3 verifiers`; where that is not yet certain, since when it will be. */
export function tellReceipt(done: string, receipt: Receipt): string {
  if ('effectiveAt' in receipt) {
    return `${done} everywhere, ${clockTime(receipt.effectiveAt)}, ${counted(receipt.verifiers, 'verifier', 'verifiers')}`
  }
  return `${done}; in force everywhere by ${clockTime(receipt.effectiveBy)}`
}
