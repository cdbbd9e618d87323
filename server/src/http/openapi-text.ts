import { DENIALS, ERROR_CODES } from '@claviger/core'

/** What the groups of operations are about, in the order in which they are read. */
export const GROUPS = {
  verdicts: 'May this request pass? Asked by your own services, on every request.',
  keys: "An organization's keys, from the first day to the last.",
  organizations: 'Your customers, and what each of their plans allows.',
  usage: 'Who uses which key, how often, and what came of it.',
  audit: 'Who did what, and what came of it.',
  holder: 'For whoever holds a key, with that very key.',
  people: 'Who signs in, and what they are allowed to do.',
  'service keys': 'What your own services call this API with.',
  product: 'How the screens of this deployment look and speak.',
  operation: 'For whoever watches the process.',
} as const

/** Markdown. The tables are those of the code. */
export const INTRODUCTION = `API keys, served by Claviger.

**Credentials.** Your services send a service key as \`Authorization: Bearer clv_…\`. Holders of a key send that key, as
\`Authorization: Bearer …\` or \`X-API-Key\`. A key in a URL is refused.

**Requests** are JSON in UTF-8, and strict: an unknown property or parameter is refused, nothing is coerced. Of two
members with one name the last counts.

**Lists** come in pages of up to 100; \`nextCursor\` leads to the next one, and is null on the last.

**Changes** answer with a receipt: since when they are in force on every verifier.

**Every answer** carries \`X-Request-Id\`, by which it is found in the log.

| status | error code | |
|---|---|---|
${Object.entries(ERROR_CODES)
  .map(([code, { status, summary }]) => `| ${status} | \`${code}\` | ${summary} |`)
  .join('\n')}

Verdicts are no errors. A key that may not pass is refused with one of these, the first that holds:

| code of a verdict | |
|---|---|
${Object.entries(DENIALS)
  .map(([code, { message }]) => `| \`${code}\` | ${message} |`)
  .join('\n')}
`
