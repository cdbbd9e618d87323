import type { MailOutcome } from '../domain/notice-facts.ts'
import type { OutboxWatcher } from './outbox.ts'

/** What of a log is needed here; pino's is one. */
interface MailLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Logs what somebody has to know, and counts everything. */
export function watchOutbox(log: MailLog, count: (outcome: MailOutcome) => void): OutboxWatcher {
  return {
    outcome({ id, notice, recipient, attempts }, outcome, reason) {
      count(outcome)
      const mail = { mail: id, notice, recipient, attempts, ...(reason === null ? {} : { reason }) }
      if (outcome === 'refused') log.warn(mail, 'a mail was refused for good, and given up')
      else if (outcome === 'expired') log.warn(mail, 'a mail could not be sent in three days, and was given up')
      else log.info(mail, `mail ${outcome}`)
    },
    unreachable: (reason) => log.error({ reason }, 'the mail server takes no mail; what is queued waits'),
    reachable: () => log.info({}, 'the mail server takes mail again'),
    fault: (error) => log.error({ err: error }, 'a mail could not be seen to; it is tried again'),
  }
}
