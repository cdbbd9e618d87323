import type { Facts, NoticeName } from '../domain/notice-facts.ts'
import type { Domain } from '../domain/ports.ts'
import type { Message } from './message.ts'

/** What a notice is written with. */
export interface Desk extends Pick<Domain, 'database' | 'serverKey' | 'clock' | 'product'> {
  /** Where links lead, without a slash at the end. */
  publicUrl: string
}

/** Writes a notice for whoever has this address. @returns null where its cause is over, or it is not theirs any more. */
export type Writer<Name extends NoticeName> = (
  desk: Desk,
  recipient: string,
  facts: Facts<Name>,
) => Promise<Message | null>
