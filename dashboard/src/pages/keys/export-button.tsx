import type { ApiKey } from '@claviger/sdk'
import { useState } from 'react'
import { client } from '../../data/client.ts'
import { Button } from '../../ui/button.tsx'
import { saveFile } from '../../ui/download.ts'
import { DownloadIcon } from '../../ui/icons.tsx'
import { tellFailed } from '../../ui/toast.tsx'
import { useOrganization } from '../use-organization.ts'
import { keysAsCsv } from './keys-csv.ts'
import { type KeysSearch, toKeyQuery } from './keys-search.ts'

/** All keys that the list would show, page after page, as a file. */
export function ExportButton({ search }: { search: KeysSearch }) {
  const { id, organization } = useOrganization()
  const [busy, setBusy] = useState(false)
  const save = async () => {
    const { cursor: _, ...query } = toKeyQuery(search)
    setBusy(true)
    try {
      const keys: ApiKey[] = []
      for await (const key of client.keys.all(id, { ...query, limit: 100 })) keys.push(key)
      saveFile(`${organization.name} keys.csv`, 'text/csv', keysAsCsv(keys))
    } catch (error) {
      tellFailed('The keys could not be exported', (error as Error).message)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button onClick={() => void save()} busy={busy}>
      <DownloadIcon />
      Export CSV
    </Button>
  )
}
