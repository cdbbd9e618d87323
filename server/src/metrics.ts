import type { VerdictCode } from '@claviger/core'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { MAIL_OUTCOMES, type MailOutcome } from './domain/notice-facts.ts'
import { CommitUnknown, type Database, DatabaseUnavailable, type SecretLookup } from './domain/ports.ts'
import { registerTimes } from './verdict-times.ts'

/** What is read when somebody asks for the metrics. */
export interface Readings {
  /** Secrets remembered, and secrets remembered as belonging to no key. */
  memory: () => { secrets: number; absent: number }
  /** How long the oldest use that is not in the database yet has waited. */
  usageLagMs: () => number
  /** Whether this server may answer from memory: it is sure to be alone on its database. */
  trusted: () => boolean
  /** Sources that are asking for keys that do not exist. */
  suspects: () => number
  /** Mails that are not sent yet, and how long the oldest of them has waited. */
  mails: () => { waiting: number; ageMs: number }
}

/** Seconds. A verdict from memory takes microseconds, one with a look-up milliseconds. */
const VERDICT_BUCKETS = [1e-6, 5e-6, 1e-5, 5e-5, 1e-4, 5e-4, 1e-3, 5e-3, 0.01, 0.05, 0.1, 0.5, 1, 2.5]
const DATABASE_BUCKETS = [1e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
const REQUEST_BUCKETS = [1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export type Metrics = ReturnType<typeof createMetrics>

/** Counts what happens, for Prometheus. No label ever holds a key, an organization, or anything else that a caller chooses. */
export function createMetrics(read: Readings) {
  const register = new Registry()
  const registers = [register]
  collectDefaultMetrics({ register })

  // Counted in a plain object, since it happens on every request; handed over when somebody asks.
  const verdicts = new Map<string, { audience: string; code: VerdictCode; count: number }>()
  new Counter({
    name: 'claviger_verdicts_total',
    help: 'Verdicts given, on customers’ keys and on service keys, by code',
    labelNames: ['audience', 'code'],
    registers,
    collect() {
      this.reset()
      for (const { audience, code, count } of verdicts.values()) this.inc({ audience, code }, count)
    },
  })
  const noteVerdictTime = registerTimes(register, {
    name: 'claviger_verdict_seconds',
    help: 'Time to decide, look-up included, without the HTTP around it',
    bounds: VERDICT_BUCKETS,
  })
  const lookupSeconds = new Histogram({
    name: 'claviger_lookup_seconds',
    help: 'Time for the database to answer about a secret that is not remembered',
    labelNames: ['outcome'],
    buckets: DATABASE_BUCKETS,
    registers,
  })
  const changeSeconds = new Histogram({
    name: 'claviger_change_seconds',
    help: 'Time for one change’s transaction; nothing: it was so already, or was refused; unknown: the answer to COMMIT was lost',
    labelNames: ['outcome'],
    buckets: DATABASE_BUCKETS,
    registers,
  })
  const requestSeconds = new Histogram({
    name: 'claviger_http_request_seconds',
    help: 'Time to answer a request, verdicts aside',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_BUCKETS,
    registers,
  })

  gauge('claviger_memory_secrets', 'Secrets that are answered from memory', () => read.memory().secrets)
  gauge('claviger_memory_absent', 'Secrets that are remembered as belonging to no key', () => read.memory().absent)
  gauge(
    'claviger_usage_lag_seconds',
    'How long the oldest use that is not in the database yet has waited; one is normal',
    () => read.usageLagMs() / 1_000,
  )
  const usageLost = new Counter({
    name: 'claviger_usage_lost_total',
    help: 'Uses that could not be kept until the database took them, and are in no count',
    registers,
  })
  const mailsTotal = new Counter({
    name: 'claviger_mails_total',
    help: 'Mails by what became of them; postponed counts attempts after which there will be another',
    labelNames: ['outcome'],
    registers,
  })
  // So that the first of its kind shows as a rise.
  for (const outcome of MAIL_OUTCOMES) mailsTotal.inc({ outcome }, 0)
  gauge('claviger_mails_waiting', 'Mails that are not sent yet, counted up to 10,000', () => read.mails().waiting)
  gauge(
    'claviger_mails_age_seconds',
    'How long the oldest mail that is not sent yet has waited',
    () => read.mails().ageMs / 1_000,
  )
  gauge('claviger_suspects', 'Sources that ask for keys that do not exist', read.suspects)
  gauge('claviger_trusted', '1 while this server is sure to be the only one on its database', () =>
    read.trusted() ? 1 : 0,
  )

  function gauge(name: string, help: string, value: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value())
      },
    })
  }

  return {
    contentType: register.contentType,
    text: () => register.metrics(),

    /** @returns what to call with each verdict on this audience's keys, and the milliseconds it took. */
    verdictsOf(audience: 'customers' | 'services'): (code: VerdictCode, ms: number) => void {
      const counts = {} as Record<VerdictCode, { audience: string; code: VerdictCode; count: number }>
      return (code, ms) => {
        let counted = counts[code]
        if (counted === undefined) {
          counted = { audience, code, count: 0 }
          counts[code] = counted
          verdicts.set(`${audience} ${code}`, counted)
        }
        counted.count++
        noteVerdictTime(ms / 1_000)
      }
    },

    requestAnswered(method: string, route: string, status: number, ms: number): void {
      requestSeconds.observe({ method, route, status }, ms / 1_000)
    },

    usageLost: (uses: number) => usageLost.inc(uses),

    mailEnded: (outcome: MailOutcome) => mailsTotal.inc({ outcome }),

    /** The same database, timed. */
    watch<T extends Database & SecretLookup>(database: T): T {
      return {
        ...database,
        async load(digests) {
          const began = performance.now()
          const done = (outcome: string) => lookupSeconds.observe({ outcome }, (performance.now() - began) / 1_000)
          try {
            const loaded = await database.load(digests)
            done(loaded.found === null ? 'absent' : 'found')
            return loaded
          } catch (error) {
            done('failed')
            throw error
          }
        },
        async transact(work) {
          const began = performance.now()
          let outcome = 'nothing'
          try {
            return await database.transact(async (writes) => {
              const done = await work(writes)
              if (done.commit) outcome = 'committed'
              return done
            })
          } catch (error) {
            outcome =
              error instanceof CommitUnknown ? 'unknown' : error instanceof DatabaseUnavailable ? 'failed' : 'nothing'
            throw error
          } finally {
            changeSeconds.observe({ outcome }, (performance.now() - began) / 1_000)
          }
        },
      }
    },
  }
}
