/** One action of a menu. */
export interface MenuEntry {
  label: string
  onChoose: () => void
  danger?: boolean
  /** Why it cannot be chosen now; it is shown all the same, so that nobody looks for it elsewhere. */
  blocked?: string | null
  /** With a line above it. */
  apart?: boolean
}
