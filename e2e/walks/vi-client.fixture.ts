interface ClientOptions {
  secretKey?: string | undefined
  organizationId?: string | undefined
}

/** As the vendor's own client library is used: it says who it is by a secret key and an organization's id together. */
export class Client {
  readonly #headers: Record<string, string>

  constructor({
    secretKey = process.env.DATATURE_VI_SECRET_KEY,
    organizationId = process.env.DATATURE_VI_ORGANIZATION_ID,
  }: ClientOptions = {}) {
    if (secretKey === undefined || organizationId === undefined) throw new TypeError('secret key and organization id')
    this.#headers = { authorization: `Bearer ${secretKey}`, 'x-organization-id': organizationId }
  }

  async datasets(address: string): Promise<number> {
    const { status } = await fetch(`${address}/datasets`, { headers: this.#headers })
    return status
  }
}
