import { afterAll, vi } from 'vitest'
import { closeContexts } from './chromium.ts'
import { removeDisks } from './own-disk.ts'
import { endServers, STARTS_WITHIN_MS } from './running-server.ts'

/** Runs once for each file of tests. Files share their modules: what is started stands in those, and ends here. */

// A machine that is busy with other tests starts processes slowly.
vi.setConfig({ testTimeout: 2 * STARTS_WITHIN_MS, hookTimeout: 2 * STARTS_WITHIN_MS })

afterAll(async () => {
  await Promise.all([closeContexts(), endServers()])
  await removeDisks()
})
