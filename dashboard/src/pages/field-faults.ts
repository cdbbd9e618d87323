import type { ClavigerError } from '@claviger/sdk'

const AT_FIELDS: Readonly<Record<string, string>> = { UNKNOWN_SCOPE: 'scopes', SCOPE_EXCEEDS_GRANTOR: 'scopes' }

/** A proof that was refused is wrong at its own field. */
const PROOFS: readonly string[] = ['password', 'currentPassword', 'code']

/** What the server found wrong, by field; whether that is all of it. */
export function faultsOf(error: ClavigerError | null): { faults: Record<string, string>; isFieldFault: boolean } {
  if (!error) return { faults: {}, isFieldFault: false }
  const field = AT_FIELDS[error.code]
  if (field !== undefined) return { faults: { [field]: error.message }, isFieldFault: true }
  const isWrongProof = error.code === 'FORBIDDEN' && Object.keys(error.details).some((name) => PROOFS.includes(name))
  if (error.code !== 'VALIDATION_FAILED' && !isWrongProof) return { faults: {}, isFieldFault: false }
  const faults = Object.entries(error.details).map(([name, problems]) => {
    const text = [problems].flat().map(String).join('; ')
    return [name, text.charAt(0).toUpperCase() + text.slice(1)]
  })
  return { faults: Object.fromEntries(faults), isFieldFault: faults.length > 0 }
}
