/** Of a new password, as the server takes it. */
export const PASSWORD_LENGTH = { min: 12, max: 128 } as const
