import { expect } from 'vitest'
import type { Answer, CallOptions, TestApp } from '../testing/test-domain.ts'
import { type Document, faultsOf, type Method, operationsOf, responseSchema } from './openapi-document.fixture.ts'

/** Asks the server, and holds each of its answers against what the document says of them. */
export class Walk {
  readonly document: Document
  readonly #server: TestApp
  /** Statuses that were seen, by operation. */
  readonly #seen = new Map<string, Set<number>>()

  private constructor(server: TestApp, document: Document) {
    this.#server = server
    this.document = document
  }

  static async begin(server: TestApp): Promise<Walk> {
    return new Walk(server, (await server.call('GET', '/openapi.json')).body)
  }

  /** @param path as the document has it; `parameters` are put in, and what is left of them is the query. */
  async go(
    method: Method,
    path: string,
    parameters: Record<string, string> = {},
    options: CallOptions = {},
  ): Promise<Answer> {
    const operation = this.document.paths[path]?.[method]
    expect(operation, `${method} ${path} is in the document`).toBeDefined()
    const query = new URLSearchParams(parameters)
    const url = path.replace(/\{([^}]*)\}/g, (_, name: string) => {
      query.delete(name)
      return encodeURIComponent(parameters[name] ?? '')
    })
    const ask = method.toUpperCase() as Parameters<TestApp['call']>[0]
    const answer = await this.#server.call(ask, query.size > 0 ? `${url}?${query}` : url, options)
    const name = `${method} ${path}`
    const seen = this.#seen.get(name) ?? new Set()
    this.#seen.set(name, seen.add(answer.status))
    const schema = operation && responseSchema(operation, answer.status)
    expect(answer.headers['content-type'], name).toBe('application/json; charset=utf-8')
    expect(schema, `${name} says what comes with ${answer.status}`).toBeDefined()
    if (schema) expect(faultsOf(schema, answer.body), `${name} → ${answer.status}`).toEqual([])
    if (answer.status < 400) expect(Object.keys(operation?.responses ?? {})).toContain(String(answer.status))
    return answer
  }

  /** Asks for a file, and holds its media type against the document. @returns its text. */
  async download(path: string, parameters: Record<string, string>): Promise<string> {
    const query = new URLSearchParams(parameters)
    const url = path.replace(/\{([^}]*)\}/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ''))
    for (const name of ['organization', 'key']) query.delete(name)
    const { statusCode, headers, body } = await this.#server.app.inject({
      url: `${url}?${query}`,
      headers: { authorization: `Bearer ${await this.#server.newServiceKey()}` },
    })
    expect(statusCode, body).toBe(200)
    const type = String(headers['content-type']).split(';', 1)[0]
    expect(Object.keys(this.document.paths[path]?.get?.responses['200']?.content ?? {})).toContain(type)
    return body
  }

  /** Operations that were never seen to succeed, or never to refuse. */
  missing(): string[] {
    return operationsOf(this.document).flatMap(({ method, path }) => {
      const name = `${method} ${path}`
      const seen = [...(this.#seen.get(name) ?? [])]
      return [
        ...(seen.some((status) => status < 300) ? [] : [`${name} was not seen to succeed`]),
        ...(seen.some((status) => status >= 400) ? [] : [`${name} was not seen to refuse`]),
      ]
    })
  }
}
