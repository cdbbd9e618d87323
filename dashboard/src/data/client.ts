import { createClient } from '@claviger/sdk'

/** Whoever is signed in: the session cookie goes along, and no script sees it. */
export const client = createClient({ url: window.location.origin, key: null })
