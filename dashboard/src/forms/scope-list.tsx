import { covers } from '@claviger/core'
import type { Catalog } from '@claviger/sdk'
import { useState } from 'react'
import { type ScopeSet, scopeSets } from '../text/scopes.ts'
import { Choice, Input } from '../ui/field.tsx'
import { beyondPlan } from './key-draft.ts'

interface ScopeListProps {
  /** With no more scopes than are offered. */
  catalog: Catalog
  scopes: readonly string[]
  onScopes: (scopes: readonly string[]) => void
  isOffered: (wildcard: string) => boolean
}

/** Scopes to be chosen one by one, in their groups. */
export function ScopeList({ catalog, isOffered, scopes, onScopes }: ScopeListProps) {
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
          <ScopeSetRows
            key={set.resource}
            set={set}
            catalog={catalog}
            isOffered={isOffered}
            scopes={scopes}
            onScopes={onScopes}
          />
        ))}
        {sets.length === 0 && <p className="p-3 text-dim">{`Nothing matches “${q}”.`}</p>}
      </div>
    </div>
  )
}

interface ScopeSetRowsProps extends ScopeListProps {
  set: ScopeSet
}

function ScopeSetRows({ set, catalog, isOffered, scopes, onScopes }: ScopeSetRowsProps) {
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
        {set.scopes.length > 1 && !isBeyond && isOffered(wildcard) && (
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
