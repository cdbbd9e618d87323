/** Blanks, controls, halves of characters, and what only shapes its neighbours: joiners, marks of direction, fillers. */
const VISIBLE = /[^\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/u

/** Whether there is something to see of a name. One without shows as a blank, and nobody can tell what it names. */
export function isVisibleName(name: string): boolean {
  return VISIBLE.test(name)
}
