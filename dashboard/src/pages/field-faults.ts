import type { ClavigerError } from '@claviger/sdk'

const AT_FIELDS: Readonly<Record<string, string>> = { UNKNOWN_SCOPE: 'scopes', SCOPE_EXCEEDS_GRANTOR: 'scopes' }

/** What the server found wrong, by field; whether that is all of it. */
export function faultsOf(error: ClavigerError | null): { faults: Record<string, string>; isFieldFault: boolean } {
  if (!error) return { faults: {}, isFieldFault: false }
  const field = AT_FIELDS[error.code]
  if (field !== undefined) return { faults: { [field]: error.message }, isFieldFault: true }
  if (error.code !== 'VALIDATION_FAILED') return { faults: {}, isFieldFault: false }
  const faults = Object.entries(error.details).map(([name, problems]) => {
    const text = [problems].flat().map(String).join('; ')
    return [name, text.charAt(0).toUpperCase() + text.slice(1)]
  })
  return { faults: Object.fromEntries(faults), isFieldFault: faults.length > 0 }
}
