import { DatabaseError } from 'pg'
import { DatabaseUnavailable } from '../domain/ports.ts'

/**
 * SQLSTATE (PostgreSQL, appendix A) of what lies with the database and not with the statement: connection, credentials,
 * resources, operator, system, read-only, time limits, and two transactions in each other's way.
 */
const OUTAGES = /^(?:08|28|3D|53|57|58|25006|25P03|25P04|40001|40P01|55P03)/

/** The same for what leaves no connection behind. */
const ENDINGS = /^(?:08|57P|25P03|25P04)/

/** A lock was not had in time: someone else holds it for longer than any change of ours does. */
export const LOCK_NOT_AVAILABLE = '55P03'

/** @returns DatabaseUnavailable for an outage; everything else as it is. */
export function toFault(error: unknown): unknown {
  if (error instanceof DatabaseUnavailable || !isOutage(error)) return error
  return new DatabaseUnavailable(`PostgreSQL: ${inWords(error)}`, { cause: error })
}

/** Whether the connection on which this came is of no use any more. */
export function endsConnection(error: unknown): boolean {
  return error instanceof DatabaseError ? ENDINGS.test(error.code ?? '') : !isMistake(error)
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined
}

function isOutage(error: unknown): boolean {
  return error instanceof DatabaseError ? OUTAGES.test(error.code ?? '') : !isMistake(error)
}

/** What does not come from PostgreSQL comes from the network, unless it is a mistake of the program. */
function isMistake(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError
}

/** Of several addresses that were tried in vain, the first tells enough. */
function inWords(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return inWords(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
