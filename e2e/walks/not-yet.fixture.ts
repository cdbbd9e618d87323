/** A line of a vendor's document that no screen follows yet. `docs/seed-systems.md` says the same. */
export interface NotYet {
  id: string
  document: string
  line: string
}

export const NOT_YET: readonly NotYet[] = [
  {
    id: 'D9',
    document: 'Datature Vi: secret keys',
    line: 'The steps after a leak are led through as one, from the removal to the last look',
  },
  {
    id: 'D9',
    document: 'Datature Vi: secret keys',
    line: 'The team is told of a leak by whoever deals with it',
  },
  {
    id: 'D10',
    document: 'Datature Vi: secret keys',
    line: 'Who owns billing is set on a screen',
  },
]
