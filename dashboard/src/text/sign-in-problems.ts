/** Why somebody is asked to sign in who did not ask for it, or why their identity provider led them back. */
const PROBLEMS: Readonly<Record<string, string>> = {
  session_over: 'Your session is over: it had lasted long enough, or it was ended elsewhere. Sign in to go on.',
  email_not_verified: 'Your identity provider has not verified your e-mail address. Verify it there, then try again.',
  no_account: 'There is no account with your e-mail address. Ask whoever runs this deployment for an invitation.',
  denied: 'Signing in was refused or cancelled at your identity provider.',
  provider_unavailable: 'Your identity provider cannot be reached at the moment. Try again in a while.',
  failed: 'Signing in at your identity provider did not work. Try again.',
}

/** @param fragment what the address has behind its `#`. @returns null where nothing went wrong. */
export function signInProblem(fragment: string): string | null {
  const code = new URLSearchParams(fragment).get('error')
  return code === null ? null : (Object.hasOwn(PROBLEMS, code) && PROBLEMS[code]) || (PROBLEMS.failed ?? null)
}
