/** What requests may be about. It is renewed now and then, since they can end it. */
export interface Pool {
  organization: string
  key: string
  secret: string
  serviceKey: string
  person: string
  member: string
  invitation: string
  /** Of an operator who is signed in. */
  cookie: string
}

export interface FuzzedRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'HEAD'
  url: string
  headers: Record<string, string>
  payload: string | Buffer | undefined
}

/** Requests are made before it is known what the pool will hold; they name its parts. */
export const POOL_NAMES = {
  organization: '<organization>',
  key: '<key>',
  secret: '<secret>',
  serviceKey: '<serviceKey>',
  person: '<person>',
  member: '<member>',
  invitation: '<invitation>',
  cookie: '<cookie>',
} as const

export function fill(text: string, pool: Pool): string {
  return text.replace(/<(\w+)>/g, (whole, name: string) =>
    Object.hasOwn(pool, name) ? pool[name as keyof Pool] : whole,
  )
}
