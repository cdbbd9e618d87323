/** Of autocannon 9 only what the bench calls. */
declare module 'autocannon' {
  namespace autocannon {
    interface Options {
      url: string
      connections: number
      pipelining: number
      /** Milliseconds between samples; a run ends with one. */
      sampleInt: number
      /** Seconds. */
      duration?: number
      /** Requests; instead of a duration. */
      amount?: number
      requests: readonly { method: string; path: string; headers: Record<string, string>; body: string }[]
    }

    interface Result {
      '2xx': number
      non2xx: number
      errors: number
    }
  }

  function autocannon(options: autocannon.Options): Promise<autocannon.Result>
  export = autocannon
}
