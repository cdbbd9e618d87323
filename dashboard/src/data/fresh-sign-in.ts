import { ClavigerError } from '@claviger/sdk'

/** Asks whoever sits there to show who they are. @returns whether they did. */
type Ask = () => Promise<boolean>

let ask: Ask = async () => false

/** @param how to ask; there is one dialog for all changes. */
export function askForProofBy(how: Ask): void {
  ask = how
}

/**
 * Makes a change; where the server wants a fresh sign-in for it, asks for that and makes it again.
 * @throws ClavigerError `FRESH_SIGN_IN_REQUIRED` where nobody showed who they are.
 */
export async function confirming<Answer>(change: () => Promise<Answer>): Promise<Answer> {
  try {
    return await change()
  } catch (error) {
    const isStale = error instanceof ClavigerError && error.code === 'FRESH_SIGN_IN_REQUIRED'
    if (isStale && (await ask())) return change()
    throw error
  }
}
