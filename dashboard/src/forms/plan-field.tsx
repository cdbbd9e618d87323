import type { PlanTerms } from '@claviger/sdk'
import { planTexts } from '../text/plans.ts'
import { Choice, FieldGroup } from '../ui/field.tsx'

interface PlanFieldProps {
  legend: string
  plans: readonly PlanTerms[]
  /** The id of the one that is chosen. */
  plan: string
  /** The one that holds now; null: none yet. */
  current: string | null
  error?: string | undefined
  onChange: (plan: string) => void
}

/** Plans to choose from, each with what it lets an organization have. */
export function PlanField({ legend, plans, plan, current, error, onChange }: PlanFieldProps) {
  return (
    <FieldGroup legend={legend} error={error}>
      <div className="grid gap-2.5">
        {plans.map((each) => (
          <Choice
            key={each.id}
            type="radio"
            name="plan"
            label={each.id === current ? `${each.label} (now)` : each.label}
            description={planTexts(each).join(' ')}
            checked={each.id === plan}
            onChange={() => onChange(each.id)}
          />
        ))}
      </div>
    </FieldGroup>
  )
}
