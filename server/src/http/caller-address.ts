import { formatIpRange, type Ip, type IpRange, inRanges, parseIp } from '@claviger/core'
import type { App } from './type-provider.ts'

/** Only trusted proxies are believed when they say whom they speak for; `request.ip` is the caller's address everywhere. */
export function registerCallerAddress(app: App, trustedProxies: readonly IpRange[]): void {
  // Fastify's own `trustProxy` would take whatever stands in the header for an address, and believe X-Forwarded-Host too.
  app.decorateRequest('ip', {
    getter() {
      const { socket, headers } = this.raw
      return callerAddress(socket.remoteAddress, headers['x-forwarded-for'], trustedProxies)
    },
  })
}

/**
 * The nearest address that nobody can have invented: from the connection back along `X-Forwarded-For`, right to left,
 * through trusted proxies to the first that is not one of them. What is no address ends the way: it is never taken for
 * one, and nothing to its left is believed.
 * @param connection the other end of the connection; undefined when that is gone.
 * @returns an IPv4 address in place of its IPv4-mapped form; empty where there is no address at all.
 */
export function callerAddress(
  connection: string | undefined,
  forwardedFor: string | readonly string[] | undefined,
  trustedProxies: readonly IpRange[],
): string {
  if (connection === undefined) return ''
  if (trustedProxies.length === 0 || forwardedFor === undefined) return plain(connection)
  let caller = parseIp(connection)
  if (caller === null) return connection
  const hops = forwardedFor.toString().split(',')
  while (inRanges(caller, trustedProxies)) {
    const before = parseIp(hops.pop()?.trim() ?? '')
    if (before === null) break
    caller = before
  }
  return formatIp(caller)
}

/** How a dual-stack socket writes an IPv4 address, taken apart without parsing: this is asked on every request. */
const MAPPED = '::ffff:'

function plain(address: string): string {
  return address.startsWith(MAPPED) && address.includes('.') ? address.slice(MAPPED.length) : address
}

function formatIp(ip: Ip): string {
  return formatIpRange({ network: ip, prefixLength: ip.words.length * 32 })
}
