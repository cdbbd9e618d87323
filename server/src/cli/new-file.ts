import { open, rename, rm } from 'node:fs/promises'
import { UsageError } from './usage-error.ts'

/**
 * Writes a file that was not there, for its owner alone. Under its name it is empty until it is whole.
 * @throws UsageError where there is a file of that name, or none can be made. What `pieces` throws; no file is left then.
 */
export async function writeNewFile(path: string, pieces: AsyncIterable<string>): Promise<void> {
  const partial = `${path}.partial`
  const [claim, file] = await create(path, partial)
  try {
    for await (const piece of pieces) await file.writeFile(piece)
    await file.sync()
    await file.close()
    // What it replaces is the empty file made above.
    await rename(partial, path)
  } catch (error) {
    await file.close().catch(() => {})
    await Promise.all([rm(partial, { force: true }), rm(path, { force: true })])
    throw error
  } finally {
    await claim.close()
  }
}

async function create(path: string, partial: string) {
  const made: Awaited<ReturnType<typeof open>>[] = []
  try {
    for (const name of [path, partial]) made.push(await open(name, 'wx', 0o600))
    const [claim, file] = made
    if (claim && file) return [claim, file] as const
    throw new Error('both files were made')
  } catch (error) {
    for (const file of made) await file.close()
    if (made.length === 1) await rm(path)
    throw new UsageError(whyNot(made.length === 0 ? path : partial, error as NodeJS.ErrnoException))
  }
}

function whyNot(path: string, { code, message }: NodeJS.ErrnoException): string {
  return code === 'EEXIST'
    ? `${path} is there already, and nothing is overwritten`
    : `the file cannot be made: ${message}`
}
