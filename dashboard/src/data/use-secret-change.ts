import { guardPage } from './kept-page.ts'
import { type Change, useChange } from './use-change.ts'

/**
 * A change whose answer holds a secret that nobody is shown a second time: from the moment it is asked for, leaving the
 * page asks first.
 * @param onDone puts the secret on the screen, where it is guarded from then on.
 */
export function useSecretChange<Asked, Answer>(
  change: (asked: Asked) => Promise<Answer>,
  onDone: (answer: Answer) => void | Promise<void>,
): Change<Asked> {
  return useChange(
    async (asked: Asked) => {
      const letGo = guardPage()
      try {
        return { answer: await change(asked), letGo }
      } catch (error) {
        letGo()
        throw error
      }
    },
    async ({ answer, letGo }) => {
      try {
        await onDone(answer)
      } finally {
        letGo()
      }
    },
  )
}
