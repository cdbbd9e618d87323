import type { ApiKey, KeyCallers, Receipt, Timestamp } from './wire.ts'

/** What was done about a key whose secret has come into wrong hands. */
export interface Compromise {
  key: { id: string; name: string; prefix: string }
  /** What ended the secret; null: it still works, or nothing ended it for this reason. */
  stopped: { how: 'revoked' | 'deleted' | 'rotated'; at: Timestamp; by: string | null } | null
  /** The latest key that was made to replace it. */
  replacement: { id: string; name: string; at: Timestamp; by: string } | null
  /** When those in charge were last told by mail. */
  notified: { at: Timestamp; by: string } | null
  /** Whether this server sends mail. */
  mail: boolean
}

/** A compromised key, ended, with all that follows from it. */
export interface CompromiseEnded {
  /** Revoked. */
  key: ApiKey
  /** With the same rights; its secret is shown this once, and null where the key was replaced before. */
  replacement: { key: ApiKey; secret: string | null; sampleRequest: string | null } | null
  /** Why there is no replacement, although the key was in use. */
  notReplaced: { code: string; message: string } | null
  /** Who used the key. */
  report: KeyCallers
  /** When those in charge were told by mail. */
  notified: { at: Timestamp; by: string } | null
  receipt: Receipt
}
