import { AppError } from '@claviger/core'
import type { ServiceScope } from './service-catalogue.ts'

/** @returns `VALIDATION_FAILED` that names the field and what it must be; `problem` reads on from the field's name. */
export function invalidField(field: string, problem: string): AppError {
  return new AppError('VALIDATION_FAILED', `${field} ${problem}`, { [field]: [problem] })
}

export function notFound(what: string): AppError {
  return new AppError('NOT_FOUND', `There is no such ${what}.`)
}

export function missingScope(scope: ServiceScope): AppError {
  return new AppError('FORBIDDEN', `This needs a service key with the scope ${scope}.`, { requiredScope: scope })
}
