import { execFileSync } from 'node:child_process'

/** No file of this process can grow beyond this any more, as on a full disk (setrlimit(2), RLIMIT_FSIZE). */
export function limitFiles(bytes: number | 'unlimited'): void {
  execFileSync('prlimit', [`--pid=${process.pid}`, `--fsize=${bytes}:unlimited`])
}
