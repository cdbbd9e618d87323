import { fileURLToPath } from 'node:url'
import type { Clock } from './domain/ports.ts'

/** What the parts are given of the machine that they run on. */

export const clock: Clock = { now: () => Date.now() }

/** Where the product files are that come along. */
export const PROFILES = fileURLToPath(new URL('../../profiles', import.meta.url))
/** Where the built screens are. */
export const DASHBOARD = fileURLToPath(new URL('../../dashboard/dist', import.meta.url))
