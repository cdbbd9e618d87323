/** What a caller learns from the end of a command. The numbers are an interface: scripts depend on them. */
export const EXIT_CODES = {
  ok: { code: 0, meaning: 'done; of verify: the key may pass' },
  fault: { code: 1, meaning: 'a fault, here or on the server; or you were asked and said no' },
  usage: { code: 2, meaning: 'wrong usage, bad input or a wrong configuration' },
  notAllowed: { code: 3, meaning: 'the service key is not accepted, or does not allow this' },
  notFound: { code: 4, meaning: 'there is no such thing' },
  conflict: { code: 5, meaning: 'the state of things does not allow this' },
  unreachable: { code: 6, meaning: 'the server cannot be reached, or cannot answer now' },
  rateLimited: { code: 7, meaning: 'too many requests; try again later' },
  denied: { code: 10, meaning: 'of verify: the key may not pass' },
} as const

export type Outcome = keyof typeof EXIT_CODES

/** HTTP statuses of refusals; any other is a fault. */
const BY_STATUS: Readonly<Record<number, Outcome>> = {
  400: 'usage',
  413: 'usage',
  415: 'usage',
  422: 'usage',
  401: 'notAllowed',
  403: 'notAllowed',
  404: 'notFound',
  409: 'conflict',
  429: 'rateLimited',
  502: 'unreachable',
  503: 'unreachable',
  504: 'unreachable',
}

/** @param refusal of the server, or why there was none. */
export function outcomeOf({ code, status }: { code: string; status: number | null }): Outcome {
  if (code === 'UNREACHABLE') return 'unreachable'
  const outcome = BY_STATUS[status ?? 500] ?? 'fault'
  // Of an answer that is not the server's, the status says only whether something in between could not reach it.
  return code === 'UNEXPECTED_ANSWER' && outcome !== 'unreachable' ? 'fault' : outcome
}

/** For `claviger --help`. */
export function exitCodeHelp(): string {
  const lines = Object.values(EXIT_CODES).map(({ code, meaning }) => `  ${String(code).padStart(2)}  ${meaning}`)
  return ['Exit codes:', ...lines].join('\n')
}
