import { inSentence } from '../../text/words.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { useOrganization } from '../use-organization.ts'
import { CreateLink, KeysHeader } from './keys-header.tsx'
import { isFiltered, type KeysSearch } from './keys-search.ts'

export function FirstUse() {
  const { words, productName } = useOrganization()
  return (
    <>
      <KeysHeader />
      <Empty
        title={`No ${inSentence(words.keys)} yet`}
        action={
          <>
            <CreateLink />
            <a href="/docs" className="text-accent-ink underline underline-offset-3">
              Read the API reference
            </a>
          </>
        }
      >
        {`Each system that talks to ${productName} gets one of its own, so that it can be replaced without touching the others.`}
      </Empty>
    </>
  )
}

export function NoMatches({ search, onClear }: { search: KeysSearch; onClear: () => void }) {
  const { words } = useOrganization()
  const { status = 'active' } = search
  const among = status === 'all' ? inSentence(words.keys) : `${status} ${inSentence(words.keys)}`
  if (!isFiltered(search)) {
    return (
      <Empty title={`No ${among}`}>
        {`Here is every one of the ${inSentence(words.keys)} whose status is “${status}”. There is none now.`}
      </Empty>
    )
  }
  return (
    <Empty title="No matches" action={<Button onClick={onClear}>Clear filters</Button>}>
      {search.q === undefined ? `None of the ${among} match the filter.` : `None of the ${among} match “${search.q}”.`}
    </Empty>
  )
}
