import { gzipSync } from 'node:zlib'
import type { Plugin, Rolldown } from 'vite'

/** What a browser may have to fetch of script before it shows the first screen with keys. */
const BUDGET_BYTES = 180 * 1024

/** Fails a build in which the entry and the first page together are heavier, gzipped, than the budget. */
export function checkFirstLoad({ entry, page }: { entry: string; page: string }): Plugin {
  return {
    name: 'first-load',
    apply: 'build',
    writeBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk')
      const needed = new Set<Rolldown.OutputChunk>()
      const need = (chunk: Rolldown.OutputChunk | undefined) => {
        if (chunk === undefined || needed.has(chunk)) return
        needed.add(chunk)
        for (const name of chunk.imports) need(chunks.find(({ fileName }) => fileName === name))
      }
      for (const start of [entry, page]) {
        const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/${start}`))
        if (!chunk) this.error(`no chunk begins with ${start}, so the first load cannot be told`)
        need(chunk)
      }
      const sizes = [...needed].map((chunk) => ({ name: chunk.fileName, bytes: gzipSync(chunk.code).length }))
      const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
      const told = `first load: ${kilobytes(total)} of ${kilobytes(BUDGET_BYTES)} gzipped`
      if (total <= BUDGET_BYTES) return this.info(told)
      const list = sizes.sort((a, b) => b.bytes - a.bytes).map(({ name, bytes }) => `  ${kilobytes(bytes)}  ${name}`)
      this.error([`${told}: too much. Load a part of it later, or do without it.`, ...list].join('\n'))
    },
  }
}

const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} kB`
