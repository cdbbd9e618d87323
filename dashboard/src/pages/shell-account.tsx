import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { client } from '../data/client.ts'
import { meQuery } from '../data/queries.ts'
import { queryClient } from '../data/query-client.ts'
import { paths } from '../paths.ts'
import { Menu } from '../ui/menu.tsx'
import { tellFailed } from '../ui/toast.tsx'

/** Who is signed in, and the way out. */
export function Account() {
  const { data: me } = useSuspenseQuery(meQuery)
  const navigate = useNavigate()
  const signOut = async () => {
    try {
      await client.people.signOut()
    } catch (error) {
      return tellFailed('You are still signed in', (error as Error).message)
    }
    await navigate(paths.signIn())
    // Nothing that was read stays for whoever sits down here next.
    queryClient.clear()
  }
  return (
    <Menu
      label={`Account of ${me.person.name}`}
      className="ml-auto px-1.5"
      entries={[
        { label: 'Your account', onChoose: () => void navigate(paths.account()) },
        { label: 'Sign out', onChoose: () => void signOut() },
      ]}
    >
      <span className="max-w-32 truncate max-sm:sr-only">
        <bdi>{me.person.name}</bdi>
      </span>
      <span
        data-initials={initials(me.person.name)}
        className="grid size-6 place-items-center rounded-full bg-sunken font-medium text-dim text-xs before:content-[attr(data-initials)]"
      />
    </Menu>
  )
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  return [words[0], words.length > 1 ? words.at(-1) : '']
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase()
}
