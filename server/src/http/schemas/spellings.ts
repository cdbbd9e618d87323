/**
 * How texts are spelt, and how whoever spells one otherwise is told: a form shows what it is told, and nobody reads a
 * regular expression there.
 */
const SPELLINGS = {
  email: [
    '^[^\\s@\\u0000-\\u001f\\u007f]+@[^\\s@\\u0000-\\u001f\\u007f]+\\.[^\\s@\\u0000-\\u001f\\u007f]+$',
    'must be an e-mail address, like ada@example.com',
  ],
  code: ['^\\d{6}$', 'must be six digits'],
  // No other server, and no fragment: what stands behind a `#` can be a link's token, and this is stored.
  returnTo: ['^/(?:[^/\\\\#\\s][^\\\\#\\s]*)?$', 'must be a path of this server, like /, without a fragment'],
  // PostgreSQL keeps no NUL characters.
  storable: ['^[^\\u0000]*$', 'must not hold a NUL character'],
  ascii: ['^[\\x20-\\x7e]*$', 'must hold no characters but printable ones of ASCII'],
  sha256: ['^[0-9a-f]{64}$', 'must be 64 hexadecimal digits, in lower case'],
  keyPrefix: ['^[\\x21-\\x7e]{1,24}$', 'must be 1 to 24 printable characters of ASCII, none of them a blank'],
  action: [
    '^[a-z][a-z-]*(\\.[a-z-]+)*(\\.\\*)?$',
    'must be an action like key.revoke, or key.* for all that begin with key.',
  ],
} as const satisfies Record<string, readonly [pattern: string, problem: string]>

export function spelt(as: keyof typeof SPELLINGS): { pattern: string } {
  return { pattern: SPELLINGS[as][0] }
}

/** What is wrong with a text that is not spelt like this, as a phrase that reads on from its field. */
export function spellingProblem(pattern: string): string | undefined {
  return Object.values(SPELLINGS).find(([each]) => each === pattern)?.[1]
}
