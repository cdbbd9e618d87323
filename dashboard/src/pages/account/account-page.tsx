import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { paths } from '../../paths.ts'
import { navLink, ShellFrame } from '../shell-frame.tsx'
import { NameForm } from './name.tsx'
import { PasswordChange } from './password-change.tsx'
import { Sessions } from './sessions.tsx'
import { TwoFactor } from './two-factor.tsx'

/** What belongs to whoever is signed in, whichever organization they are in. */
export function AccountPage() {
  return (
    <ShellFrame
      place={<span className="truncate">Your account</span>}
      navigation={
        <nav aria-label="Main" className="border-line border-b px-3 py-2 md:border-b-0 md:py-6">
          <Link {...paths.home()} className={navLink}>
            Back to the keys
          </Link>
        </nav>
      }
    >
      <div className="grid max-w-2xl gap-8">
        <h1 className="font-semibold text-xl">Your account</h1>
        <Part title="Name">
          <NameForm />
        </Part>
        <Part title="Password">
          <PasswordChange />
        </Part>
        <Part title="Second step">
          <TwoFactor />
        </Part>
        <Part title="Where you are signed in">
          <Sessions />
        </Part>
      </div>
    </ShellFrame>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="grid min-w-0 gap-3 border-line border-t pt-5">
      <h2 className="font-semibold text-lg">{title}</h2>
      {children}
    </section>
  )
}
