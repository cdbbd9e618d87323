import { hash } from 'node:crypto'
import { AppError, classifyToken, type DenyCode, decide, type KeyFacts } from '@claviger/core'
import type { Clock, SecretLookup, ServerKey } from '../domain/ports.ts'
import type { Catalogue } from '../domain/records.ts'
import type { Memory, Remembered } from './memory.ts'
import type { UsageRecorder } from './usage-recorder.ts'

export interface VerifierQuestion {
  key: string
  /** All must be held. */
  scopes: readonly string[]
  /** The instance of each kind that the request is about. */
  resources: Readonly<Record<string, string>>
  /** Where the end caller says which organization it belongs to. */
  organizationId: string | null
  ip: string | null
  /** A bound service key asks on behalf of one organization; other organizations' keys are unknown to it. */
  askedFor: string | null
}

export type Verdict =
  | { valid: true; code: 'VALID'; facts: KeyFacts; prefix: string }
  | { valid: false; code: DenyCode; facts: KeyFacts | null }

export interface VerifierParts {
  memory: Memory
  lookup: SecretLookup
  serverKey: Pick<ServerKey, 'digests'>
  clock: Clock
  usage: UsageRecorder
}

/** Whose secrets a verifier judges: customers' or the operator's own services'. */
export interface Audience {
  catalogue: Catalogue
  tags: readonly string[]
  kindsOf: (scope: string) => readonly string[]
}

interface Load {
  result: Promise<{ found: Remembered | null; readAt: number }>
  generation: number
}

/** A snapshot older than the question can come back only while a change is being applied; more often is a fault. */
const MAX_LOADS = 5

/**
 * Answers whether a secret may pass. A secret it remembers costs one hash and no look-up, and the answer is there at
 * once; otherwise one statement brings it.
 */
export class Verifier {
  readonly #parts: VerifierParts
  readonly #audience: Audience
  readonly #loads = new Map<string, Load>()

  constructor(parts: VerifierParts, audience: Audience) {
    this.#parts = parts
    this.#audience = audience
  }

  /**
   * @returns the verdict, itself when it is known from memory.
   * @throws AppError `UNAVAILABLE` (by rejection) when the truth cannot be known.
   */
  verify(question: VerifierQuestion): Verdict | Promise<Verdict> {
    // No imported secrets yet, so nothing but our own grammar can be a key.
    if (classifyToken(question.key, this.#audience.tags).kind !== 'own') return MALFORMED
    const sha256 = hash('sha256', question.key, 'binary')
    const known = this.#parts.memory.recall(sha256)
    return known === undefined ? this.#verifyCold(sha256, question) : this.#judge(known, question)
  }

  async #verifyCold(sha256: string, question: VerifierQuestion): Promise<Verdict> {
    return this.#judge(await this.#find(sha256), question)
  }

  /** The record as it stood no earlier than this call, whoever's look-up brings it. */
  async #find(sha256: string): Promise<Remembered | null> {
    const { memory } = this.#parts
    const began = memory.appliedVersion
    for (let attempt = 0; attempt < MAX_LOADS; attempt++) {
      const { found, readAt } = await this.#load(sha256)
      if (readAt >= began) return found
    }
    throw new AppError('UNAVAILABLE', 'The database answers with an older state than it had before.')
  }

  #load(sha256: string): Load['result'] {
    const { memory, lookup, serverKey } = this.#parts
    const { generation } = memory
    const running = this.#loads.get(sha256)
    if (running?.generation === generation) return running.result
    const result = lookup
      .load(serverKey.digests(Buffer.from(sha256, 'binary')))
      .then(
        ({ version, found }) => ({ found: memory.keep(sha256, found, version, generation), readAt: version }),
        (cause: unknown) => {
          throw new AppError('UNAVAILABLE', 'The database cannot be reached; nothing is let in.', {}, { cause })
        },
      )
      .finally(() => {
        if (this.#loads.get(sha256)?.result === result) this.#loads.delete(sha256)
      })
    this.#loads.set(sha256, { result, generation })
    return result
  }

  #judge(known: Remembered | null, question: VerifierQuestion): Verdict {
    // Another audience's key, or another organization's to a bound asker, answers like one that does not exist.
    if (
      known === null ||
      known.catalogue !== this.#audience.catalogue ||
      (question.askedFor !== null && question.askedFor !== known.facts.organizationId)
    ) {
      return UNKNOWN
    }
    const now = this.#parts.clock.now()
    const { scopes, resources, organizationId, ip } = question
    const { facts, prefix, use } = known
    const code = decide(facts, { scopes, resources, organizationId, ip, kindsOf: this.#audience.kindsOf }, now)
    if (code !== 'VALID') return { valid: false, code, facts }
    this.#parts.usage.note(use, now, ip)
    return { valid: true, code, facts, prefix }
  }
}

const MALFORMED: Verdict = Object.freeze({ valid: false, code: 'MALFORMED', facts: null })
const UNKNOWN: Verdict = Object.freeze({ valid: false, code: 'UNKNOWN', facts: null })
