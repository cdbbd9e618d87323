import { ClavigerError } from '@claviger/sdk'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { saveFile } from '../ui/download.ts'
import { DownloadIcon } from '../ui/icons.tsx'
import { tellFailed } from '../ui/toast.tsx'

interface SaveButtonProps {
  fileName: string
  /** The whole text of the file. */
  read: () => Promise<string>
}

/** What a screen shows, all pages of it, as a file for spreadsheets. */
export function SaveButton({ fileName, read }: SaveButtonProps) {
  const [busy, setBusy] = useState(false)
  const save = async () => {
    setBusy(true)
    try {
      saveFile(fileName, 'text/csv', await read())
    } catch (error) {
      if (!(error instanceof ClavigerError)) throw error
      tellFailed('It could not be exported', error.message)
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
