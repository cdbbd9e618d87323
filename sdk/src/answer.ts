import { ClavigerError } from './errors.ts'

type Members = Readonly<Record<string, unknown>>

/** An answer that has at least these members. */
export function has(...names: readonly string[]): (answer: Members) => boolean {
  return (answer) => names.every((name) => answer[name] !== undefined)
}

/**
 * The answer, if it is one of this route's.
 * @throws ClavigerError with the server's code for a refusal, `UNEXPECTED_ANSWER` for what is not the server's at all.
 */
export function readAnswer<Answer extends object>(
  response: Response,
  text: string,
  isAnswer: (answer: Members) => boolean,
): Answer {
  const { status, headers } = response
  const requestId = headers.get('x-request-id')
  const answer = parse(text)
  if (response.ok && answer && isAnswer(answer)) return answer as Answer
  if (!response.ok) {
    const refusal = answer && membersOf(answer.error)
    if (typeof refusal?.code === 'string' && typeof refusal.message === 'string') {
      const { code, message } = refusal
      const named = typeof refusal.requestId === 'string' ? refusal.requestId : requestId
      throw new ClavigerError(code, message, { status, details: { ...membersOf(refusal.details) }, requestId: named })
    }
  }
  throw new ClavigerError('UNEXPECTED_ANSWER', unexpected(response), { status, requestId })
}

/** Says what came without quoting it: it is nobody's known words. */
function unexpected({ status, headers }: Response): string {
  if (status >= 300 && status < 400) return `The address redirects (${status}); use the one it leads to.`
  const type = headers.get('content-type')?.split(';', 1)[0]?.slice(0, 100) || 'no type'
  return `This is not an answer of Claviger (status ${status}, ${type}); is the address right, and what stands in between?`
}

function parse(text: string): Members | null {
  try {
    return membersOf(JSON.parse(text))
  } catch {
    return null
  }
}

function membersOf(value: unknown): Members | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null
}
