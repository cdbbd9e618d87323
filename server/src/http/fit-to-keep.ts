import { withoutSecrets } from '@claviger/core'

const MAX_LENGTH = 300

/** Free text that a request brings along, fit to be kept: secrets in it are struck out, and it is cut. */
export function fitToKeep(text: string | undefined): string | null {
  if (text === undefined || text === '') return null
  const shown = withoutSecrets(text)
  // A cut through a surrogate pair would leave half a character, which no database keeps.
  return shown.length > MAX_LENGTH ? shown.slice(0, MAX_LENGTH).toWellFormed() : shown
}
