import type { Screen } from '@claviger/core'
import type { ApiKey } from '@claviger/sdk'
import { inSentence } from '../../text/words.ts'
import { tellFailed } from '../../ui/toast.tsx'

/** It was done at the first try, but that answer got lost on the way, and no other holds the secret. */
export function tellLostSecret({ name }: ApiKey, { secret, rotate }: Screen['words']): void {
  tellFailed(
    `${name}: the ${inSentence(secret)} was lost on its way`,
    `The change was made, but the answer with the ${inSentence(secret)} never arrived, and it is shown only once. Choose “${rotate}” to get another.`,
  )
}
