import { hash } from 'node:crypto'
import {
  AppError,
  classifyToken,
  type DenyCode,
  decide,
  type KeyFacts,
  TOKEN_MAX_LENGTH,
  type VerdictCode,
} from '@claviger/core'
import type { Clock, SecretLookup, ServerKey } from '../domain/ports.ts'
import type { Catalogue } from '../domain/records.ts'
import type { Limits, RateLimitState, Spending } from './limits.ts'
import type { Asking, LookupThrottle, Pass } from './lookup-throttle.ts'
import type { Deleted, Memory, Remembered } from './memory.ts'
import type { UsageRecorder, UseContext } from './usage-recorder.ts'

/** With what is known of the caller it is about; a caller's texts are kept as they are. */
export interface VerifierQuestion extends UseContext {
  key: string
  /** All must be held. */
  scopes: readonly string[]
  /** The instance of each kind that the request is about. */
  resources: Readonly<Record<string, string>>
  /** Where the end caller says which organization it belongs to. */
  organizationId: string | null
  /** Taken from credits and rate limit alike; 0 takes nothing. */
  cost: number
  /** A bound service key asks on behalf of one organization; other organizations' keys are unknown to it. */
  askedFor: string | null
  /** Id of the service key that asks; null: the holder of the secret itself. */
  asker: string | null
}

export type Verdict =
  | { valid: true; code: 'VALID'; facts: KeyFacts; prefix: string; rateLimit: RateLimitState | null }
  | {
      valid: false
      code: DenyCode
      facts: KeyFacts | null
      /** When asking again can help; null: not by waiting. Set where a limit refused. */
      retryAfterSeconds: number | null
      rateLimit: RateLimitState | null
    }

export interface VerifierParts {
  memory: Memory
  lookup: SecretLookup
  serverKey: Pick<ServerKey, 'digests'>
  clock: Clock
  usage: UsageRecorder
  limits: Limits
  throttle: LookupThrottle
}

/** Whose secrets a verifier judges: customers' or the operator's own services'. */
export interface Audience {
  catalogue: Catalogue
  tags: readonly string[]
  kindsOf: (scope: string) => readonly string[]
}

/** Told of each verdict, and how long it took. */
export type VerdictWatch = (code: VerdictCode, ms: number) => void

interface Found {
  found: Remembered | Deleted | null
  readAt: number
}

interface Load {
  result: Promise<Found>
  generation: number
}

/** Why a known key is refused. */
type Refusal = Pick<Extract<Verdict, { valid: false }>, 'code' | 'retryAfterSeconds' | 'rateLimit'>

/** A snapshot older than the question can come back only while a change is being applied; more often is a fault. */
const MAX_LOADS = 5

/**
 * Answers whether a secret may pass. A secret it remembers costs one hash and no look-up, and the answer is there at
 * once; otherwise one statement brings it.
 */
export class Verifier {
  readonly #parts: VerifierParts
  readonly #audience: Audience
  readonly #watch: VerdictWatch | undefined
  readonly #loads = new Map<string, Load>()
  #lastDigest = { key: '', sha256: '' }

  constructor(parts: VerifierParts, audience: Audience, watch?: VerdictWatch) {
    this.#parts = parts
    this.#audience = audience
    this.#watch = watch
  }

  /**
   * @returns the verdict, itself when it is known from memory.
   * @throws AppError (by rejection) `UNAVAILABLE` when the truth cannot be known, `RATE_LIMITED` when it would take a
   * look-up for a source that has caused too many in vain.
   */
  verify(question: VerifierQuestion): Verdict | Promise<Verdict> {
    const watch = this.#watch
    if (watch === undefined) return this.#decide(question)
    const began = performance.now()
    const verdict = this.#decide(question)
    if (verdict instanceof Promise) {
      return verdict.then((late) => {
        watch(late.code, performance.now() - began)
        return late
      })
    }
    watch(verdict.code, performance.now() - began)
    return verdict
  }

  #decide(question: VerifierQuestion): Verdict | Promise<Verdict> {
    const { memory } = this.#parts
    if (question.key.length > TOKEN_MAX_LENGTH) return MALFORMED
    const sha256 = this.#digestOf(question.key)
    const known = memory.recall(sha256)
    if (known !== undefined) return this.#judge(known, question)
    // What is remembered was of a sound form when it was looked up; only what is not has to show it.
    const { kind } = classifyToken(question.key, this.#audience.tags)
    // A secret of another form can only be an imported one; where there are none, it is not worth a look-up.
    if (kind === 'malformed' || (kind === 'foreign' && !memory.foreignSecrets)) return MALFORMED
    return this.#verifyCold(sha256, question)
  }

  /** A service asks again and again with the one key it has. */
  #digestOf(key: string): string {
    if (this.#audience.catalogue !== 'service') return hash('sha256', key, 'binary')
    if (key !== this.#lastDigest.key) this.#lastDigest = { key, sha256: hash('sha256', key, 'binary') }
    return this.#lastDigest.sha256
  }

  async #verifyCold(sha256: string, question: VerifierQuestion): Promise<Verdict> {
    return this.#judge(await this.#find(sha256, question), question)
  }

  /** The record as it stood no earlier than this call, whoever's look-up brings it. */
  async #find(sha256: string, asking: Asking): Promise<Remembered | Deleted | null> {
    const { memory } = this.#parts
    const began = memory.appliedVersion
    for (let attempt = 0; attempt < MAX_LOADS; attempt++) {
      const { found, readAt } = await this.#load(sha256, asking)
      if (readAt >= began) return found
    }
    throw new AppError('UNAVAILABLE', 'The database answers with an older state than it had before.')
  }

  async #load(sha256: string, asking: Asking): Promise<Found> {
    const { memory, throttle } = this.#parts
    for (;;) {
      if (!memory.trusted) throw notAlone()
      const running = this.#loads.get(sha256)
      if (running?.generation === memory.generation) return running.result
      const known = memory.recall(sha256)
      if (known !== undefined) return { found: known, readAt: memory.appliedVersion }
      // A key that was known before its latest change is no guess.
      if (memory.knew(sha256)) return this.#lookUp(sha256)
      const pass = throttle.enter(asking)
      if (!(pass instanceof Promise)) return this.#lookUp(sha256, pass)
      await pass
    }
  }

  #lookUp(sha256: string, pass?: Pass): Load['result'] {
    const { memory, lookup, serverKey } = this.#parts
    const { generation } = memory
    const result = lookup
      .load(serverKey.digests(Buffer.from(sha256, 'binary')))
      .then(
        ({ version, found }) => {
          pass?.leave(found === null)
          return { found: memory.keep(sha256, found, version, generation), readAt: version }
        },
        (cause) => {
          pass?.leave(false)
          return unavailable(cause)
        },
      )
      .finally(() => {
        if (this.#loads.get(sha256)?.result === result) this.#loads.delete(sha256)
      })
    this.#loads.set(sha256, { result, generation })
    return result
  }

  #judge(known: Remembered | Deleted | null, question: VerifierQuestion): Verdict | Promise<Verdict> {
    // Another audience's key, or another organization's to a bound asker, answers like one that does not exist.
    if (known === null || (question.askedFor !== null && question.askedFor !== known.use.organizationId)) return UNKNOWN
    if (known.facts === null) return this.#refuseDeleted(known, question)
    if (known.catalogue !== this.#audience.catalogue) return UNKNOWN
    const now = this.#parts.clock.now()
    const { scopes, resources, organizationId, ip } = question
    const { facts, limits } = known
    const code = decide(facts, { scopes, resources, organizationId, ip, kindsOf: this.#audience.kindsOf }, now)
    if (code !== 'VALID') {
      return this.#deny(known, question, now, { code, retryAfterSeconds: null, rateLimit: null })
    }
    if (limits.rateLimit === null && limits.credits === null) return this.#admit(known, question, now, null)
    const spending = this.#parts.limits.spend(facts.id, limits, question.cost, now)
    return spending instanceof Promise
      ? spending.then((late) => this.#settle(known, question, now, late), unavailable)
      : this.#settle(known, question, now, spending)
  }

  #settle(known: Remembered, question: VerifierQuestion, now: number, spending: Spending): Verdict {
    return spending.ok
      ? this.#admit(known, question, now, spending.rateLimit)
      : this.#deny(known, question, now, spending)
  }

  #admit(known: Remembered, question: VerifierQuestion, now: number, rateLimit: RateLimitState | null): Verdict {
    const { facts, prefix, use } = known
    const { usage } = this.#parts
    usage.note(use, 'VALID', now, question)
    if (use.counted && question.scopes.length > 0) usage.noteScopes(use, question.scopes, facts.scopes, now)
    return { valid: true, code: 'VALID', facts, prefix, rateLimit }
  }

  #deny({ facts, use }: Remembered, question: VerifierQuestion, now: number, why: Refusal): Verdict {
    const { code, retryAfterSeconds, rateLimit } = why
    if (use.counted) this.#parts.usage.note(use, code, now, question)
    return { valid: false, code, facts, retryAfterSeconds, rateLimit }
  }

  #refuseDeleted({ use }: Deleted, question: VerifierQuestion): Verdict {
    const { usage, clock } = this.#parts
    if (this.#audience.catalogue === 'product') usage.note(use, 'UNKNOWN', clock.now(), question)
    return UNKNOWN
  }
}

function notAlone(): AppError {
  return new AppError('UNAVAILABLE', 'This server is not sure to be the only one on its database; nothing is let in.')
}

function unavailable(cause: unknown): never {
  throw new AppError('UNAVAILABLE', 'The database cannot be reached; nothing is let in.', {}, { cause })
}

const NO_FACTS = { valid: false, facts: null, retryAfterSeconds: null, rateLimit: null } as const
const MALFORMED: Verdict = Object.freeze({ ...NO_FACTS, code: 'MALFORMED' })
const UNKNOWN: Verdict = Object.freeze({ ...NO_FACTS, code: 'UNKNOWN' })
