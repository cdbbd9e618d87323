import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { NotMeasured } from '../not-measured.ts'

const FOLDER = fileURLToPath(new URL('.', import.meta.url))
const LOCK = `${FOLDER}package-lock.json`
/** The lockfile that was installed, written last: an install that stops half-way is not taken for a whole one. */
const INSTALLED = `${FOLDER}node_modules/.installed-lock.json`
const OUT_OF_REACH = /EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|SOCKET_TIMEOUT|code E5\d\d/

/**
 * Brings in what Claviger is held against, exactly as the lockfile beside this file says.
 * @throws NotMeasured when that cannot be had.
 */
export function installPeers(): void {
  const wanted = readFileSync(LOCK, 'utf8')
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, 'utf8') === wanted) return
  // better-auth asks for databases and frameworks of every kind beside it; of them it needs only our SQLite here.
  const options = [
    '--legacy-peer-deps',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--fetch-retries=1',
  ]
  const { status, stdout, stderr, error } = spawnSync('npm', ['ci', ...options], { cwd: FOLDER, encoding: 'utf8' })
  if (status !== 0) {
    const output = error ? String(error) : `${stderr}${stdout}`.trim()
    throw new NotMeasured(
      OUT_OF_REACH.test(output)
        ? 'the package registry could not be reached, and what is compared with is not installed'
        : `what is compared with could not be installed: ${output}`,
    )
  }
  writeFileSync(INSTALLED, wanted)
}
