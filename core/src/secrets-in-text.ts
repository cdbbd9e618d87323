/** Something of our secrets' shape: a tag, what may be shown, and what may not. */
const SECRET = /([a-z][a-z0-9_]{1,24}_[0-9A-Za-z]{8})[0-9A-Za-z]{38}/g

/** No shorter text holds one. */
const SECRET_LENGTH = 49

/** Text that was sent, without the secret part of any secret in it: it is free, and could hold anything. */
export function withoutSecrets(text: string): string {
  return text.length < SECRET_LENGTH ? text : text.replace(SECRET, '$1…')
}

export function holdsSecret(text: string): boolean {
  return withoutSecrets(text) !== text
}
