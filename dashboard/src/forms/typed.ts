/** What people type into one field and mean as a list or a number. */

/** Whatever stands on a line of its own; blank lines and repetitions are nothing. */
export function linesOf(text: string): string[] {
  return [...new Set(text.split('\n').map((line) => line.trim()))].filter(Boolean)
}

/** As `linesOf`; commas part things too. */
export function partsOf(text: string): string[] {
  return linesOf(text.replaceAll(',', '\n'))
}

/** Null on anything but digits that come to a number of this range. */
export function wholeNumber(text: string, least: number, most: number): number | null {
  if (!/^\d{1,15}$/.test(text.trim())) return null
  const number = Number(text)
  return number >= least && number <= most ? number : null
}

/** The same members, in whatever order. */
export function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each) => other.includes(each))
}
