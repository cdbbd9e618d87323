import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const COMPRESSIBLE = /\.(?:js|css|svg)$/

/** Puts a smaller form beside each file that has one, so that no server compresses the same bytes again and again. */
export function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    // Not before: up to the very end of a build parts of the files are only marked, and filled in later.
    writeBundle({ dir }) {
      if (dir === undefined) return this.error('a build without a directory has no files to compress')
      const folder = join(dir, 'assets')
      for (const name of readdirSync(folder).filter((file) => COMPRESSIBLE.test(file))) {
        const path = join(folder, name)
        const plain = readFileSync(path)
        for (const [suffix, bytes] of [
          ['.br', brotliCompressSync(plain)],
          ['.gz', gzipSync(plain, { level: 9 })],
        ] as const) {
          if (bytes.length < plain.length) writeFileSync(path + suffix, bytes)
        }
      }
    },
  }
}
