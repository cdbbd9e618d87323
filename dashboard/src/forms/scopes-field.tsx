import { covers } from '@claviger/core'
import type { Catalog } from '@claviger/sdk'
import { useState } from 'react'
import { grantedScopes, type ScopeSet, scopeSets } from '../text/scopes.ts'
import { Choice, FieldGroup, Input } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { allowsScopes, beyondPlan, RESTRICTED } from './key-draft.ts'

interface ScopesFieldProps {
  catalog: Catalog
  words: { accessLevel: string; scopes: string }
  level: string
  scopes: readonly string[]
  error?: string | undefined
  onLevel: (level: string) => void
  onScopes: (scopes: readonly string[]) => void
}

/** What the key may do: a level by name, or scopes one by one; and what that comes to. */
export function ScopesField({ catalog, words, level, scopes, error, onLevel, onScopes }: ScopesFieldProps) {
  const single = allowsScopes(catalog)
  const hasLevels = catalog.accessLevels.length > 0
  const grants = level === RESTRICTED ? scopes : (catalog.accessLevels.find(({ id }) => id === level)?.scopes ?? [])
  const whenOff = catalog.featureTexts.find(({ id }) => id === 'per-scope-control')?.whenOff
  return (
    <FieldGroup legend={hasLevels ? words.accessLevel : words.scopes} error={error}>
      {hasLevels && (
        <div className="grid gap-2.5">
          {catalog.accessLevels.map(({ id, label, description, scopes: bundled }) => {
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
              description={`${words.scopes} chosen one by one: the smallest set that does the job`}
              checked={level === RESTRICTED}
              onChange={() => onLevel(RESTRICTED)}
            />
          )}
        </div>
      )}
      {!single && whenOff && <Notice>{whenOff}</Notice>}
      {level === RESTRICTED && single && <ScopeList catalog={catalog} scopes={scopes} onScopes={onScopes} />}
      <Summary catalog={catalog} grants={grants} />
    </FieldGroup>
  )
}

function ScopeList({ catalog, scopes, onScopes }: Pick<ScopesFieldProps, 'catalog' | 'scopes' | 'onScopes'>) {
  const [q, setQ] = useState('')
  const wanted = q.trim().toLowerCase()
  const sets = scopeSets(catalog)
    .map((set) => ({
      ...set,
      scopes: set.scopes.filter(({ id, description }) =>
        `${set.label} ${id} ${description}`.toLowerCase().includes(wanted),
      ),
    }))
    .filter((set) => set.scopes.length > 0)
  return (
    <div className="mt-1 rounded-lg border border-line">
      <div className="border-line border-b p-2">
        <Input
          type="search"
          aria-label="Search scopes"
          placeholder="Search scopes"
          value={q}
          onChange={(event) => setQ(event.target.value)}
          autoComplete="off"
          spellCheck={false}
        />
      </div>
      <div className="max-h-96 overflow-y-auto">
        {sets.map((set) => (
          <ScopeSetRows key={set.resource} set={set} catalog={catalog} scopes={scopes} onScopes={onScopes} />
        ))}
        {sets.length === 0 && <p className="p-3 text-dim">{`Nothing matches “${q}”.`}</p>}
      </div>
    </div>
  )
}

interface ScopeSetRowsProps extends Pick<ScopesFieldProps, 'catalog' | 'scopes' | 'onScopes'> {
  set: ScopeSet
}

function ScopeSetRows({ set, catalog, scopes, onScopes }: ScopeSetRowsProps) {
  const wildcard = `${set.resource}:*`
  const whole = covers(scopes, wildcard)
  const toggle = (id: string, on: boolean) => onScopes(on ? [...scopes, id] : scopes.filter((each) => each !== id))
  const wholeOn = (on: boolean) =>
    onScopes(
      on
        ? [...scopes.filter((each) => !each.startsWith(`${set.resource}:`)), wildcard]
        : scopes.filter((each) => each !== wildcard && each !== '*'),
    )
  const isBeyond = beyondPlan([wildcard], catalog).length > 0
  return (
    <fieldset className="border-line border-b p-3 last:border-b-0">
      <legend className="sr-only">{set.label}</legend>
      <p aria-hidden="true" className="mb-2 font-medium text-dim text-sm">
        {set.label}
        {set.description && <span className="font-normal">{`: ${set.description}`}</span>}
      </p>
      <div className="grid gap-2">
        {set.scopes.map(({ id, description }) => {
          const beyond = beyondPlan([id], catalog).length > 0
          return (
            <Choice
              key={id}
              type="checkbox"
              label={<code className="font-mono text-sm">{id}</code>}
              description={beyond ? `${description}. Not in the ${catalog.plan.label} plan.` : description}
              checked={covers(scopes, id)}
              disabled={beyond || (whole && !scopes.includes(id))}
              onChange={(event) => toggle(id, event.target.checked)}
            />
          )
        })}
        {set.scopes.length > 1 && !isBeyond && (
          <Choice
            type="checkbox"
            label={<code className="font-mono text-sm">{wildcard}</code>}
            description={`All of these, and what is added to ${set.label} later`}
            checked={whole}
            onChange={(event) => wholeOn(event.target.checked)}
          />
        )}
      </div>
    </fieldset>
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
