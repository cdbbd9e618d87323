/** Of better-auth 1.7.5 only what the bench calls: it is not there when the types of the repository are checked. */

export function getMigrations(options: unknown): Promise<{ runMigrations(): Promise<void> }>
