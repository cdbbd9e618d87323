import type { ApiKey, Compromise } from '@claviger/sdk'

/** What every step is told. */
export interface StepProps {
  compromise: Compromise
  /** Null: it is deleted. */
  apiKey: ApiKey | null
}
