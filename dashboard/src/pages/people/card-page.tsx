import { useSuspenseQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { productQuery } from '../../data/queries.ts'

interface CardPageProps {
  title: string
  about?: ReactNode
  children: ReactNode
}

/** A screen for somebody who is not in yet. */
export function CardPage({ title, about, children }: CardPageProps) {
  const { data: product } = useSuspenseQuery(productQuery)
  return (
    <main className="mx-auto grid w-full max-w-sm gap-6 px-4 py-[12vh]">
      <header className="grid gap-1">
        <p className="text-dim">{product.name}</p>
        <h1 className="font-semibold text-xl">{title}</h1>
        {about && <p className="text-dim">{about}</p>}
      </header>
      {children}
    </main>
  )
}
