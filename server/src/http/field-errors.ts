import type { FastifySchemaValidationError } from 'fastify'
import { spellingProblem } from './schemas/spellings.ts'

/** A hostile body can be wrong in many thousands of places; the first few are enough to mend it. */
const MAX_FIELDS = 20

/**
 * Schema errors by field, each a phrase that reads on from the field's name, e.g. `rateLimit.limit`: `must be >= 1`.
 * Values are never repeated: one of them could be a secret.
 */
export function fieldErrors(errors: readonly FastifySchemaValidationError[], part: string): Record<string, string[]> {
  // Without inherited members: a property that was sent may have the name of one.
  const fields: Record<string, string[]> = Object.create(null)
  for (const error of errors) {
    const { field, problem } = describe(error, part)
    if (fields[field]) fields[field].push(problem)
    else if (Object.keys(fields).length < MAX_FIELDS) fields[field] = [problem]
  }
  return fields
}

function describe(error: FastifySchemaValidationError, part: string): { field: string; problem: string } {
  const path = error.instancePath.split('/').slice(1).map(unescapePointer)
  const { params } = error
  switch (error.keyword) {
    case 'required':
      return { field: join([...path, String(params.missingProperty)], part), problem: 'is required' }
    case 'additionalProperties':
      return {
        field: join([...path, String(params.additionalProperty)], part),
        problem: 'is not a property known here; remove it',
      }
    case 'enum':
      return { field: join(path, part), problem: `must be one of ${(params.allowedValues as unknown[]).join(', ')}` }
    default:
      return { field: join(path, part), problem: problemOf(error) }
  }
}

const NOT_SO = 'is not as it has to be'

const FORMATS: Readonly<Record<string, string>> = {
  name: 'must hold at least one visible character',
  'date-time': 'must be a time, like 2027-01-31T12:00:00Z',
}

/** In words: what a form shows of it is read by people who have never seen a schema. */
function problemOf({ keyword, params, message = NOT_SO }: FastifySchemaValidationError): string {
  switch (keyword) {
    case 'pattern':
      return spellingProblem(String(params.pattern)) ?? NOT_SO
    case 'format':
      return FORMATS[String(params.format)] ?? NOT_SO
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return params.limit === 1
        ? 'must not be empty'
        : message.replace('must NOT have fewer than', 'must have at least')
    case 'maxLength':
    case 'maxItems':
    case 'maxProperties':
      return message.replace('must NOT have more than', 'must have at most')
    default:
      return message
  }
}

function join(path: readonly string[], part: string): string {
  return path.length === 0 ? part : path.map((step) => step.slice(0, 100)).join('.')
}

/** RFC 6901, section 4. */
function unescapePointer(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}
