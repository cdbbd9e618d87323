import { type RefObject, useEffect, useRef, useState } from 'react'
import type { DraftFaults, KeyDraft } from './key-draft.ts'

/** Where the API has its own names for what stands in the form. */
const FIELDS: Readonly<Record<string, keyof KeyDraft>> = {
  accessLevel: 'level',
  expiresAt: 'expiry',
  rateLimit: 'limit',
  'rateLimit.limit': 'limit',
  'rateLimit.windowSeconds': 'windowSeconds',
  'credits.remaining': 'credits',
  'credits.refill': 'refillAmount',
  'credits.refill.amount': 'refillAmount',
  'credits.refill.interval': 'refillInterval',
}

/** @param faults by the API's names; what stands deeper by its path: `scopes.0`, `allowedIps[2]`. */
function byField(faults: Readonly<Record<string, string>>): DraftFaults {
  const found = Object.entries(faults).map(([path, fault]) => {
    const [name = path, below] = path.split(/[./[]/)
    // Each kind has an input of its own.
    if (name === 'resources' && below !== undefined) return [`resources.${below}`, fault]
    return [FIELDS[path] ?? FIELDS[name] ?? name, fault]
  })
  return Object.fromEntries(found)
}

interface Faults {
  faults: DraftFaults
  /** What the form itself found, when it was to be sent. */
  find: (found: DraftFaults) => void
  /** These are others now: what was wrong with them may no longer be. */
  forget: (changed: Partial<KeyDraft>) => void
}

/**
 * What is wrong with a form, found by itself and by the server. Each time there is something, the first of it gets the
 * focus, also within what is folded away: whoever cannot see the page learns of it by being there.
 * @param told by the server, in its own names; empty while it has not answered.
 */
export function useFaults(form: RefObject<HTMLFormElement | null>, told: Readonly<Record<string, string>>): Faults {
  const [own, setOwn] = useState<{ found: DraftFaults; attempt: number }>({ found: {}, attempt: 0 })
  const [edited, setEdited] = useState<ReadonlySet<string>>(new Set())
  const kept = Object.entries(byField(told)).filter(([name]) => !edited.has(draftName(name)))
  const answer = JSON.stringify(told)
  const seen = useRef({ attempt: 0, answer: '{}' })
  useEffect(() => {
    // Typing does not move the focus, only sending does.
    if (seen.current.attempt === own.attempt && seen.current.answer === answer) return
    seen.current = { attempt: own.attempt, answer }
    for (const folded of form.current?.querySelectorAll(`details:has(${WRONG})`) ?? []) folded.setAttribute('open', '')
    form.current?.querySelector<HTMLElement>(WRONG)?.focus()
  }, [form, own.attempt, answer])
  return {
    faults: { ...Object.fromEntries(kept), ...own.found },
    find(found) {
      setOwn(({ attempt }) => ({ found, attempt: attempt + 1 }))
      setEdited(new Set())
    },
    forget(changed) {
      setOwn(({ found, attempt }) => ({ found: without(found, changed), attempt }))
      setEdited((before) => new Set([...before, ...Object.keys(changed)]))
    },
  }
}

const WRONG = ':is([aria-invalid=true], [data-invalid])'

/** What of the form a fault is about. */
function draftName(fault: string): string {
  return fault.split('.', 1)[0] ?? fault
}

function without(faults: DraftFaults, changed: Partial<KeyDraft>): DraftFaults {
  return Object.fromEntries(Object.entries(faults).filter(([name]) => !(draftName(name) in changed)))
}
