/** What is done to a key in a dialog. */
export type KeyDeed = 'rotate' | 'disable' | 'enable' | 'revoke' | 'delete'
