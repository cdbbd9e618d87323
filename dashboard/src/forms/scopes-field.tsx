import { covers } from '@claviger/core'
import type { Catalog } from '@claviger/sdk'
import { grantedScopes } from '../text/scopes.ts'
import { Choice, FieldGroup } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { type Granting, isBeyondRole, scopeLimitText } from './granting.ts'
import { allowsScopes, beyondPlan, type KeyDraft, RESTRICTED } from './key-draft.ts'
import { ScopeList } from './scope-list.tsx'

interface ScopesFieldProps {
  catalog: Catalog
  granting: Granting
  words: { accessLevel: string; scopes: string }
  /** What the key holds already, or an address has chosen: that stays in sight, whoever looks. */
  start: Pick<KeyDraft, 'level' | 'scopes'>
  level: string
  scopes: readonly string[]
  error?: string | undefined
  onLevel: (level: string) => void
  onScopes: (scopes: readonly string[]) => void
}

/** What the key may do: a level by name, or scopes one by one; and what that comes to. */
export function ScopesField(props: ScopesFieldProps) {
  const { catalog, granting, words, start, level, scopes, error, onLevel, onScopes } = props
  const single = allowsScopes(catalog)
  const hasLevels = catalog.accessLevels.length > 0
  const grants = level === RESTRICTED ? scopes : (catalog.accessLevels.find(({ id }) => id === level)?.scopes ?? [])
  const whenOff = catalog.featureTexts.find(({ id }) => id === 'per-scope-control')?.whenOff
  const isOffered = (id: string, grant: readonly string[]) => id === start.level || !isBeyondRole(granting, grant)
  const levels = catalog.accessLevels.filter((each) => isOffered(each.id, each.scopes))
  const offered = catalog.scopes.filter(({ id }) => !isBeyondRole(granting, [id]) || covers(start.scopes, id))
  const isShort = levels.length < catalog.accessLevels.length || offered.length < catalog.scopes.length
  return (
    <FieldGroup legend={hasLevels ? words.accessLevel : words.scopes} error={error}>
      {hasLevels && (
        <div className="grid gap-2.5">
          {levels.map(({ id, label, description, scopes: bundled }) => {
            const beyond = beyondPlan(bundled, catalog).length > 0
            return (
              <Choice
                key={id}
                type="radio"
                name="level"
                label={label}
                description={beyond ? `${description}. Not in the ${catalog.plan.label} plan.` : description}
                disabled={beyond}
                checked={level === id}
                onChange={() => onLevel(id)}
              />
            )
          })}
          {single && (
            <Choice
              type="radio"
              name="level"
              label="Restricted"
              description="Chosen one by one: the smallest set that does the job"
              checked={level === RESTRICTED}
              onChange={() => onLevel(RESTRICTED)}
            />
          )}
        </div>
      )}
      {!single && whenOff && <Notice>{whenOff}</Notice>}
      {level === RESTRICTED && single && (
        <ScopeList
          catalog={{ ...catalog, scopes: offered }}
          isOffered={(wildcard) => !isBeyondRole(granting, [wildcard]) || covers(start.scopes, wildcard)}
          scopes={scopes}
          onScopes={onScopes}
        />
      )}
      {isShort && <p className="text-dim text-sm">{scopeLimitText(granting, catalog)}</p>}
      <Summary catalog={catalog} grants={grants} />
    </FieldGroup>
  )
}

function Summary({ catalog, grants }: { catalog: Catalog; grants: readonly string[] }) {
  const granted = grantedScopes(grants, catalog)
  return (
    <div role="status" className="rounded-lg bg-sunken px-3.5 py-3">
      {granted.length === 0 ? (
        <p className="text-dim">A key with nothing chosen can do nothing.</p>
      ) : (
        <>
          <p className="font-medium">{`With this key one can (${granted.length} of ${catalog.scopes.length}):`}</p>
          <ul className="mt-1 list-disc pl-5 text-dim">
            {granted.map(({ id, description }) => (
              <li key={id}>{description}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
