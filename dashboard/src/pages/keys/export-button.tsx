import type { ApiKey } from '@claviger/sdk'
import { client } from '../../data/client.ts'
import { SaveButton } from '../save-button.tsx'
import { useOrganization } from '../use-organization.ts'
import { keysAsCsv } from './keys-csv.ts'
import { type KeysSearch, toKeyQuery } from './keys-search.ts'

/** All keys that the list would show. */
export function ExportButton({ search }: { search: KeysSearch }) {
  const { id, organization } = useOrganization()
  const read = async () => {
    const { cursor: _, ...query } = toKeyQuery(search)
    const keys: ApiKey[] = []
    for await (const key of client.keys.all(id, { ...query, limit: 100 })) keys.push(key)
    return keysAsCsv(keys)
  }
  return <SaveButton fileName={`${organization.name} keys.csv`} read={read} />
}
