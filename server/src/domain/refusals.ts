import { AppError, ROLE_RIGHTS, ROLES, type Role } from '@claviger/core'
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

export function missingRight(role: Role, right: string): AppError {
  const able = ROLES.filter((other) => ROLE_RIGHTS[other].some((held) => held === right))
  const who = able.length > 0 ? able.join(' or ') : 'operator'
  return new AppError('FORBIDDEN', `The role ${role} does not allow this; it takes: ${who}.`, {
    role,
    requiredRight: right,
  })
}

/** The same for a link that is over, was used, or was never made: nobody can try them out. */
export function overLink(): AppError {
  return new AppError('NOT_FOUND', 'This link is over or was used already; ask for a new one.')
}
