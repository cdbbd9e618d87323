import type { Page } from '@claviger/core'
import { ClavigerError } from './errors.ts'

export interface PageRequest {
  /** Items on a page, 1 to 100; by default 50. */
  limit?: number
  /** `nextCursor` of the page before. */
  cursor?: string
}

/** Every item, page after page; each page is asked for when the one before is used up. */
export async function* everyItem<T, Request extends PageRequest>(
  request: Request,
  getPage: (request: Request) => Promise<Page<T>>,
): AsyncGenerator<T, void, undefined> {
  let { cursor } = request
  for (;;) {
    const page = await getPage(cursor === undefined ? request : { ...request, cursor })
    yield* page.items
    if (page.nextCursor === null) return
    // Would go on for ever.
    if (page.nextCursor === cursor) throw new ClavigerError('UNEXPECTED_ANSWER', 'A page names itself as the next one.')
    cursor = page.nextCursor
  }
}
