import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { missingPackage } from './chromium.ts'

const BUILD = fileURLToPath(new URL('../scripts/build-dashboard.mjs', import.meta.url))

/** What tests of screens need, once before all of them: two at a time would be in each other's way. */
export function setup(): void {
  buildScreens()
  installChromium()
}

/** From the sources as they stand, where they have changed. */
function buildScreens(): void {
  const build = spawnSync(process.execPath, [BUILD], { encoding: 'utf8' })
  if (build.status !== 0) throw new Error(build.stderr)
}

/** Whoever is not root installs it by hand; tests that need it say so, unless another one serves. */
function installChromium(): void {
  const missing = missingPackage()
  if (missing === null || process.getuid?.() !== 0) return
  const install = () => aptGet('install', '--yes', '--no-install-recommends', missing)
  if (install()) return
  // A machine that is new knows of no packages, or of old ones.
  aptGet('update')
  install()
}

function aptGet(...options: string[]): boolean {
  const waiting = ['-o', 'DPkg::Lock::Timeout=300']
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync('apt-get', [...waiting, ...options], { env }).status === 0
}
