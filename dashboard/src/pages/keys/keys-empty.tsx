import { Link } from '@tanstack/react-router'
import { paths } from '../../paths.ts'
import { counted } from '../../text/counts.ts'
import { inSentence } from '../../text/words.ts'
import { Button, buttonStyle } from '../../ui/button.tsx'
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

/** Of the list that this is a page of. */
export function FirstPageLink({ search: { cursor: _, ...rest } }: { search: KeysSearch }) {
  const { id } = useOrganization()
  return (
    <Link {...paths.keys(id)} search={rest} className={buttonStyle()}>
      Go to the first page
    </Link>
  )
}

interface NoMatchesProps {
  search: KeysSearch
  /** How many match whatever their status. */
  matches: number
  onClear: () => void
}

export function NoMatches({ search, matches, onClear }: NoMatchesProps) {
  const { id, words } = useOrganization()
  const { status = 'active' } = search
  const among = status === 'all' ? inSentence(words.keys) : `${status} ${inSentence(words.keys)}`
  if (search.cursor !== undefined) {
    return (
      <Empty title="This page is empty now" action={<FirstPageLink search={search} />}>
        {`The ${inSentence(words.keys)} that stood here are no longer in this list.`}
      </Empty>
    )
  }
  if (!isFiltered(search)) {
    return (
      <Empty title={`No ${among}`}>
        {`Here is every one of the ${inSentence(words.keys)} whose status is “${status}”. There is none now.`}
      </Empty>
    )
  }
  return (
    <Empty
      title="No matches"
      action={
        <>
          {matches > 0 && (
            <Link {...paths.keys(id)} search={{ ...search, status: 'all' }} className={buttonStyle()}>
              {`Show ${counted(matches, 'match', 'matches')} of another status`}
            </Link>
          )}
          <Button onClick={onClear}>Clear filters</Button>
        </>
      }
    >
      {search.q === undefined ? `None of the ${among} match the filter.` : `None of the ${among} match “${search.q}”.`}
    </Empty>
  )
}
