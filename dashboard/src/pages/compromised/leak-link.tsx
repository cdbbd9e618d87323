import { Link } from '@tanstack/react-router'
import { paths } from '../../paths.ts'
import { AlertIcon } from '../../ui/icons.tsx'
import { useOrganization } from '../use-organization.ts'

/** From wherever somebody may stand who has just learned of it. */
export function LeakLink({ keyId }: { keyId: string }) {
  const { id } = useOrganization()
  return (
    <Link
      {...paths.compromised(id, keyId)}
      className="inline-flex min-h-6 w-fit items-center gap-1.5 text-dim underline hover:text-ink"
    >
      <AlertIcon />
      Has its secret leaked? What to do
    </Link>
  )
}
