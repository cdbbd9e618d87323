import { keysQuery } from '../../data/queries.ts'
import { queryClient } from '../../data/query-client.ts'
import { type KeysSearch, toKeyQuery } from './keys-search.ts'

/** Asks for a list that is about to be shown: the answer is under way while the address and the screen still change. */
export function askAhead(organization: string, search: KeysSearch): void {
  void queryClient.prefetchQuery(keysQuery(organization, toKeyQuery(search)))
}
