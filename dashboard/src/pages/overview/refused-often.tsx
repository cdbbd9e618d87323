import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { keyQuery } from '../../data/queries.ts'
import { paths } from '../../paths.ts'
import { type RefusedKey, refusedText } from '../../text/refused-often.ts'
import { useOrganization } from '../use-organization.ts'

/** Keys whose requests are refused in bursts: a forgotten job, or somebody who tries. */
export function RefusedOften({ found }: { found: readonly RefusedKey[] }) {
  if (found.length === 0) return null
  return (
    <section aria-label="Refused often" className="grid gap-1.5 rounded-lg border border-line bg-surface px-3.5 py-3">
      <h3 className="font-medium">Refused again and again</h3>
      <ul className="grid gap-1">
        {found.map((refused) => (
          <li key={refused.keyId}>
            <Refused {...refused} />
          </li>
        ))}
      </ul>
      <p className="text-dim text-sm">Within a day, among the last hundred refused requests of all keys.</p>
    </section>
  )
}

function Refused({ keyId, ...refused }: RefusedKey) {
  const { id } = useOrganization()
  const { data: key } = useQuery({ ...keyQuery(id, keyId), retry: false })
  const said = `: ${refusedText(refused)}`
  // Deleted keys are refused, too, and have no page any more.
  if (!key) return `A key that is gone (${keyId})${said}`
  return (
    <>
      <Link {...paths.key(id, keyId)} className="text-accent-ink underline underline-offset-3">
        {key.name}
      </Link>
      {said}
    </>
  )
}
