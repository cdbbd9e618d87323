/** `revoke key` becomes `Revoke key`: the product's words are used as they are, but for the first letter. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Inside a sentence: `API keys` and `API Keys` keep their capitals, `Secret Key` becomes `secret key`. */
export function inSentence(text: string): string {
  return text.replace(/\b[A-Z][a-z]+\b/g, (word) => word.toLowerCase())
}

/** `create`, `rotate key` and the like as they are said of what is over. */
const PAST: Readonly<Record<string, string>> = {
  create: 'Created',
  edit: 'Changed',
  rotate: 'Rotated',
  revoke: 'Revoked',
  delete: 'Deleted',
  remove: 'Removed',
  disable: 'Disabled',
  enable: 'Enabled',
  substitute: 'Substituted',
}

/** What a deed is once it is done: of `Remove Key` it is `Removed`. An unknown verb is told by `fallback`. */
export function pastOf(deed: string, fallback: string): string {
  return PAST[deed.split(' ', 1)[0]?.toLowerCase() ?? ''] ?? fallback
}

/** `a, b and c`. */
export function listed(items: readonly string[]): string {
  return new Intl.ListFormat('en').format(items)
}
