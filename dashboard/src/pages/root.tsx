import { CSPProvider } from '@base-ui/react/csp-provider'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { productQuery } from '../data/queries.ts'
import { Accent } from '../ui/accent-style.tsx'
import { Toasts } from '../ui/toast.tsx'
import { Hints } from '../ui/tooltip.tsx'

/** Around everything: the product's colour and name, messages and hints. */
export function Root() {
  const { data: product } = useSuspenseQuery(productQuery)
  return (
    // The server lets no page have inline styles, so the library must do without its own.
    <CSPProvider disableStyleElements>
      <title>{`${product.screen.words.keys} · ${product.name}`}</title>
      <Accent hex={product.screen.accent} />
      <Outlet />
      <Hints />
      <Toasts />
    </CSPProvider>
  )
}
