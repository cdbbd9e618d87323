/** What one side of a measurement over HTTP tells the bench: first its address, then its processor time whenever asked. */
export function reportSide(address: string): void {
  process.on('message', () => process.send?.(cpuUs()))
  process.on('disconnect', () => process.exit())
  process.send?.(address)
}

/** Microseconds, all threads, since the process began. */
export function cpuUs(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}
