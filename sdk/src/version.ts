/** Of this package; told to servers as part of the user agent. */
export const VERSION = '0.1.0'
