import { ClavigerError } from '@claviger/sdk'
import { useState } from 'react'
import { confirming } from './fresh-sign-in.ts'
import { refreshEverything } from './query-client.ts'

export interface Change<Asked> {
  /** Does it. A refusal does not reject it: it is in `error`. */
  run: (asked: Asked) => Promise<void>
  busy: boolean
  error: ClavigerError | null
  clear: () => void
}

/**
 * A change and what becomes of it. Its answer is handed on and kept nowhere: it may hold a secret, and a cache of
 * answers would keep that.
 */
export function useChange<Asked, Answer>(
  change: (asked: Asked) => Promise<Answer>,
  onDone: (answer: Answer) => void | Promise<void>,
): Change<Asked> {
  const [state, setState] = useState<{ busy: boolean; error: ClavigerError | null }>({ busy: false, error: null })
  return {
    ...state,
    clear: () => setState({ busy: false, error: null }),
    async run(asked) {
      setState({ busy: true, error: null })
      let answer: Answer
      try {
        answer = await confirming(() => change(asked))
      } catch (error) {
        setState({ busy: false, error: known(error) })
        // A refusal often means that the screen is behind.
        await refreshEverything()
        return
      }
      setState({ busy: false, error: null })
      await onDone(answer)
      await refreshEverything()
    },
  }
}

function known(error: unknown): ClavigerError {
  if (error instanceof ClavigerError) return error
  throw error
}
