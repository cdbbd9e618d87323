import { closeSync, fsyncSync, openSync } from 'node:fs'

/** A new name in a directory survives a power cut only when the directory has been written, too. */
export function syncDirectory(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
