import type { Ending } from './journal.ts'
import type { Recovery } from './recover.ts'

const DONE: Readonly<Record<Ending['what'], string>> = {
  revoke: 'revoked again',
  suspend: 'suspended again',
  disable: 'disabled: it had been changed in a way that is not known here; look at it before you enable it',
  retire: 'disabled, and its old secrets are dead: it had been rotated, and its new secret is lost; rotate it',
  'finish-rotation': 'the old secret of its rotation ended again',
  remove: 'removed from the organization again',
  demote: 'a viewer for now: the role had been changed, and it is not known here to which; give it again',
  close: 'closed: the invitation had been sent again, accepted or taken back; send a new one if it is still wanted',
  'no-operator': 'no operator any more: that had been changed; make them one again if they are',
  'no-password':
    'without a password: it, or the second step, had been changed; they set a new one by mail, or by a link of claviger operator',
  expel: 'removed again, with all memberships',
}

/** A recovery in plain words, a sentence a line; what was found first. */
export function describeRecovery({ gap, applied }: Recovery): string[] {
  const { from, to, common, unknownBefore } = gap
  return [
    `the database has gone back: changes up to version ${from} were noted, and it stands at version ${to}${
      common === null || common === to ? '' : ` and shares only those up to version ${common}`
    }`,
    ...(unknownBefore === null
      ? []
      : [
          `what was ended before ${new Date(unknownBefore).toISOString()} is not known here; look at the keys yourself`,
        ]),
    'everybody is signed out, because sessions that had been ended would have come back',
    ...applied.map(({ what, id }) => `${id} ${DONE[what]}`),
    applied.length === 0
      ? 'nothing that had been ended came back to life'
      : `${applied.length} ${applied.length === 1 ? 'thing' : 'things'} that had been ended or changed had come back; no request was answered meanwhile`,
    'what was created or allowed since is lost; the deployment’s audit log says so under database.rollback',
  ]
}
