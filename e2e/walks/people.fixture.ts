/** A window in which nobody is signed in yet. */
export const NOBODY = { storageState: { cookies: [], origins: [] } }
