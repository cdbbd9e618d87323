import { readAnswer } from './answer.ts'
import type { Settings } from './options.ts'
import { type Call, type CallOptions, requestOf, unreachable, urlOf } from './transport.ts'

/** A file that a route answers with. */
export interface FileCall extends Pick<Call, 'path' | 'query'> {
  /** Its media type: anything else is not the answer that was asked for. */
  readonly type: string
}

/**
 * The text of a file, piece by piece as it comes: nothing more is taken from the network than is asked for.
 * When it ends without throwing, the file is whole.
 */
export type Download = (call: FileCall, options?: CallOptions) => AsyncGenerator<string, void, undefined>

/** The time limit of a call holds here for each piece: how long a whole file takes depends on who reads it. */
export function createDownload(settings: Settings): Download {
  const { fetch, timeoutMs } = settings
  return async function* (call, options = {}) {
    const { signal } = options
    signal?.throwIfAborted()
    const idle = new AbortController()
    const inTime = async <T>(work: Promise<T>, otherwise?: string): Promise<T> => {
      const timer = setTimeout(() => idle.abort(), timeoutMs)
      try {
        return await work
      } catch (cause) {
        signal?.throwIfAborted()
        throw unreachable(settings, idle.signal, cause, otherwise)
      } finally {
        clearTimeout(timer)
      }
    }
    const request = requestOf(settings, { method: 'GET' }, options, `${call.type}, application/json`, idle.signal)
    const response = await inTime(fetch(urlOf(settings, call), request))
    const isFile = response.ok && response.headers.get('content-type')?.split(';', 1)[0] === call.type
    if (!isFile) readAnswer(response, await inTime(response.text()), () => false)
    const reader = response.body?.getReader()
    const decoder = new TextDecoder()
    try {
      for (;;) {
        const { done, value } = (await (reader && inTime(reader.read(), 'broke off in the middle'))) ?? { done: true }
        if (done) return
        yield decoder.decode(value, { stream: true })
      }
    } finally {
      await reader?.cancel().catch(() => {})
    }
  }
}
