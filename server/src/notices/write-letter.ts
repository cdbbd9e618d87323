import { type Facts, type NoticeName, readNotice } from '../domain/notice-facts.ts'
import type { MailRecord } from '../domain/people-records.ts'
import type { Letter } from '../domain/ports.ts'
import { writeInvitation, writeNewSignIn, writePasswordReset } from './accounts.ts'
import type { Desk, Writer } from './desk.ts'
import {
  writeApprovalAsked,
  writeApprovalDecided,
  writeCompromiseReported,
  writeKeyCompromised,
  writeKeyCreated,
} from './keys.ts'
import { toLetter } from './message.ts'

const WRITERS: { readonly [Name in NoticeName]: Writer<Name> } = {
  invitation: writeInvitation,
  'password-reset': writePasswordReset,
  'new-sign-in': writeNewSignIn,
  'approval-asked': writeApprovalAsked,
  'approval-decided': writeApprovalDecided,
  'key-created': writeKeyCreated,
  'key-compromised': writeKeyCompromised,
  'compromise-reported': writeCompromiseReported,
}

/**
 * Writes what a mail says now, the links in it sealed for it: they stand nowhere else.
 * @returns null where there is nothing to say any more.
 * @throws UnknownNotice for one that this version cannot write.
 */
export async function writeLetter(desk: Desk, { notice, facts, recipient }: MailRecord): Promise<Letter | null> {
  const known = readNotice(notice, facts)
  if (known === null) throw new UnknownNotice(`a mail waits with a notice that this version does not know: ${notice}`)
  const write = WRITERS[known.notice] as Writer<typeof known.notice>
  const message = await write(desk, recipient, known.facts as Facts<typeof known.notice>)
  return message && toLetter(message, desk.product)
}

export class UnknownNotice extends Error {
  override name = 'UnknownNotice'
}
