import { AppError } from '@claviger/core'

/**
 * PostgreSQL keeps no NUL characters, and neither engine keeps half a surrogate pair: it would come back as something
 * else than was sealed into the audit chain.
 * @throws AppError `MALFORMED_REQUEST`: such text can only come from a request.
 */
export function requireStorable(parameters: readonly unknown[]): void {
  for (const value of parameters) {
    if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) {
      throw new AppError(
        'MALFORMED_REQUEST',
        'The request holds a NUL character, or text that is no well-formed Unicode.',
      )
    }
  }
}

/** Many values as one parameter. What is in it must be storable like every parameter of its own. */
export function storableJson(items: readonly (readonly unknown[])[]): string {
  for (const values of items) requireStorable(values)
  return JSON.stringify(items)
}
