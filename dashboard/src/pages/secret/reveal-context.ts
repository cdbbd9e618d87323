import type { ApiKey } from '@claviger/sdk'
import { createContext, useContext } from 'react'

/** A secret on its one way from the answer to the screen. */
export interface Revealed {
  apiKey: ApiKey
  secret: string
  sampleRequest: string | null
  reason: 'created' | 'rotated'
}

export const RevealContext = createContext<((revealed: Revealed) => void) | null>(null)

/** @returns what shows a new secret, whatever screen comes next. */
export function useReveal(): (revealed: Revealed) => void {
  const reveal = useContext(RevealContext)
  if (!reveal) throw new TypeError('RevealProvider stands around every screen that makes secrets')
  return reveal
}
