import { AppError, formatIpRange, parseIpRange } from '@claviger/core'
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import { createLru } from '../engine/lru.ts'

const WINDOW_SECONDS = 15 * 60
/** Of each kind as many sources are remembered; the one that tried nothing for the longest goes first. */
const MAX_SOURCES = 20_000

/** Failures within the window, by what they have in common; of links as many as are asked for. */
export const SIGN_IN_BOUNDS = { pair: 10, network: 100, email: 50, person: 10, link: 5, linkNetwork: 30 } as const
type Kind = keyof typeof SIGN_IN_BOUNDS

export interface SignInAttempt {
  /** In lower case. */
  email: string
  ip: string
  /** Where this address has been signed in from before; null: it has not been from here. */
  knownPlace: string | null
}

/**
 * Keeps passwords from being tried out. Only what fails counts. Somebody at a place that they have signed in from
 * before competes with nobody else: strangers cannot lock them out by failing elsewhere.
 */
export class SignInThrottle {
  readonly #limits: Readonly<Record<Kind, Limit>>

  constructor(maxSources = MAX_SOURCES) {
    const limits = Object.entries(SIGN_IN_BOUNDS).map(([kind, points]) => [kind, createLimit(points, maxSources)])
    this.#limits = Object.fromEntries(limits)
  }

  /** @throws AppError `RATE_LIMITED`, for addresses that somebody has and for others alike. */
  async signIn<T>({ email, ip, knownPlace }: SignInAttempt, work: () => Promise<T>): Promise<T> {
    const network = networkOf(ip)
    return this.#during(
      knownPlace === null
        ? [
            ['pair', `${email} ${network}`],
            ['network', network],
            ['email', email],
          ]
        : [['pair', `${email} ${knownPlace}`]],
      work,
    )
  }

  /** For somebody who is signed in, or nearly so, and is asked for more. @throws AppError `RATE_LIMITED`. */
  async prove<T>(personId: string, work: () => Promise<T>): Promise<T> {
    return this.#during([['person', personId]], work)
  }

  /**
   * For somebody who asks for a link by mail.
   * @returns whether one may be sent: nobody's mailbox is filled. @throws AppError `RATE_LIMITED` for too many requests.
   */
  async askForLink(email: string, ip: string): Promise<boolean> {
    const waitMs = await this.#limits.linkNetwork.count(networkOf(ip))
    if (waitMs !== null) throw tooOften(waitMs)
    return (await this.#limits.link.count(email)) === null
  }

  /** Counts before it is known that it fails, so that many at once are counted too, and takes it back where it does not. */
  async #during<T>(sources: readonly (readonly [Kind, string])[], work: () => Promise<T>): Promise<T> {
    const counted: (readonly [Kind, string])[] = []
    const takeBack = () => Promise.all(counted.map(([kind, key]) => this.#limits[kind].takeBack(key)))
    for (const source of sources) {
      const waitMs = await this.#limits[source[0]].count(source[1])
      counted.push(source)
      if (waitMs === null) continue
      await takeBack()
      throw tooOften(waitMs)
    }
    try {
      const value = await work()
      await takeBack()
      return value
    } catch (error) {
      // An outage or a full queue says nothing about what was tried.
      if (!(error instanceof AppError && /^(UNAUTHORIZED|FORBIDDEN)$/.test(error.code))) await takeBack()
      throw error
    }
  }
}

function tooOften(waitMs: number): AppError {
  const retryAfterSeconds = Math.ceil(waitMs / 1_000)
  return new AppError('RATE_LIMITED', 'This was tried too often lately; try again later.', { retryAfterSeconds })
}

interface Limit {
  /** @returns null, or after how long another attempt is taken. */
  count(key: string): Promise<number | null>
  takeBack(key: string): Promise<unknown>
}

function createLimit(points: number, max: number): Limit {
  const limiter = new RateLimiterMemory({ points, duration: WINDOW_SECONDS })
  const sources = createLru<true>(max, (_, key) => void limiter.delete(key))
  return {
    async count(key) {
      sources.set(key, true)
      try {
        await limiter.consume(key)
        return null
      } catch (refused) {
        if (refused instanceof Error) throw refused
        return (refused as RateLimiterRes).msBeforeNext
      }
    },
    takeBack: (key) => limiter.reward(key),
  }
}

/** Of IPv6 the /64, which is the least that anybody holds. */
function networkOf(ip: string): string {
  const range = ip.includes(':') ? parseIpRange(`${ip}/64`) : null
  return range === null ? ip : formatIpRange(range)
}
