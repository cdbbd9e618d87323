/** Of better-auth 1.7.5 only what the bench calls: it is not there when the types of the repository are checked. */

interface SecondaryStorage {
  get(key: string): string | null
  set(key: string, value: string): void
  delete(key: string): void
}

interface Options {
  database: unknown
  secret: string
  baseURL: string
  emailAndPassword: { enabled: boolean }
  telemetry: { enabled: boolean }
  secondaryStorage?: SecondaryStorage
  plugins: unknown[]
}

interface Auth {
  api: {
    signUpEmail(input: { body: { name: string; email: string; password: string } }): Promise<{ user: { id: string } }>
    createApiKey(input: { body: { userId: string; name: string } }): Promise<{ key: string }>
    verifyApiKey(input: { body: { key: string } }): Promise<{ valid: boolean; error: unknown }>
  }
}

export function betterAuth(options: Options): Auth
