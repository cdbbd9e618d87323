import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { paths } from '../../paths.ts'
import { FreshSignIn } from '../fresh-sign-in.tsx'
import { NameForm } from './name.tsx'
import { PasswordChange } from './password-change.tsx'
import { Sessions } from './sessions.tsx'
import { TwoFactor } from './two-factor.tsx'

/** What belongs to whoever is signed in, whichever organization they are in. */
export function AccountPage() {
  return (
    <main className="mx-auto grid w-full max-w-2xl gap-8 px-4 py-8">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="font-semibold text-xl">Your account</h1>
        <Link {...paths.home()} className="text-accent-ink underline underline-offset-3">
          Back to the keys
        </Link>
      </header>
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
      <FreshSignIn />
    </main>
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
