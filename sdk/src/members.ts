import type { Member, MemberChange, MemberRemoved, Page, Role } from '@claviger/core'
import { has } from './answer.ts'
import { everyItem, type PageRequest } from './pages.ts'
import { path } from './path.ts'
import type { CallOptions, Send } from './transport.ts'

/** Who belongs to an organization, and as what. */
export interface Members {
  /** One page, by when they joined. */
  list(organizationId: string, page?: PageRequest, options?: CallOptions): Promise<Page<Member>>
  /** All of them, with as many calls as it takes. */
  all(organizationId: string, page?: PageRequest, options?: CallOptions): AsyncGenerator<Member, void, undefined>
  /** With `options.ifVersion` a change of what has changed meanwhile is refused. */
  setRole(organizationId: string, memberId: string, role: Role, options?: CallOptions): Promise<MemberChange>
  /** Removes somebody, or leaves. The keys that they answer for go on working, and are in the answer. */
  remove(organizationId: string, memberId: string, options?: CallOptions): Promise<MemberRemoved>
}

export function createMembers(send: Send): Members {
  const members: Members = {
    list: async (organizationId, page, options) =>
      send(
        {
          method: 'GET',
          path: path`/v1/organizations/${organizationId}/members`,
          query: { ...page },
          isAnswer: has('items', 'nextCursor'),
        },
        options,
      ),

    all: (organizationId, page = {}, options) =>
      everyItem(page, (request) => members.list(organizationId, request, options)),

    setRole: async (organizationId, memberId, role, options) =>
      send(
        {
          method: 'PATCH',
          path: path`/v1/organizations/${organizationId}/members/${memberId}`,
          body: { role },
          isAnswer: has('member', 'receipt'),
        },
        options,
      ),

    remove: async (organizationId, memberId, options) =>
      send(
        {
          method: 'DELETE',
          path: path`/v1/organizations/${organizationId}/members/${memberId}`,
          isAnswer: has('keys', 'receipt'),
        },
        options,
      ),
  }
  return members
}
