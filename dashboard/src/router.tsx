import { ClavigerError } from '@claviger/sdk'
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent as lazyComponent,
  Outlet,
  type ParsedLocation,
  redirect,
} from '@tanstack/react-router'
import { orPartMissing } from './data/page-parts.ts'
import {
  catalogQuery,
  keyQuery,
  keysQuery,
  meQuery,
  organizationQuery,
  plansQuery,
  productQuery,
} from './data/queries.ts'
import { queryClient } from './data/query-client.ts'
import { readActivitySearch } from './pages/activity-search.ts'
import { ErrorPage, NotFoundPage } from './pages/error-page.tsx'
import { readKeysSearch, toKeyQuery } from './pages/keys/keys-search.ts'
import { readReturnTo } from './pages/people/return-to.ts'
import { Root } from './pages/root.tsx'
import { Shell } from './pages/shell.tsx'
import { Waiting } from './pages/waiting.tsx'
import { paths } from './paths.ts'

/** A screen, fetched when it is needed or a little before. */
function lazyRouteComponent<Part extends Record<string, unknown>, Name extends keyof Part & string>(
  load: () => Promise<Part>,
  name: Name,
) {
  return lazyComponent(() => orPartMissing(load()), name)
}

const root = createRootRoute({
  component: Root,
  loader: () => queryClient.ensureQueryData(productQuery),
})

/** For those who are signed in; everybody else is asked to, and led back. */
async function requireSignIn({ location }: { location: ParsedLocation }): Promise<void> {
  try {
    await queryClient.ensureQueryData(meQuery)
  } catch (error) {
    if (!(error instanceof ClavigerError && error.code === 'UNAUTHORIZED')) throw error
    const { setUp } = await queryClient.ensureQueryData(productQuery)
    if (!setUp) throw redirect(paths.setUp())
    throw redirect({ ...paths.signIn(), search: location.href === '/' ? {} : { returnTo: location.href } })
  }
}

const people = [
  createRoute({
    getParentRoute: () => root,
    path: 'sign-in',
    validateSearch: readReturnTo,
    component: lazyRouteComponent(() => import('./pages/people/sign-in-page.tsx'), 'SignInPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: 'two-factor',
    validateSearch: readReturnTo,
    component: lazyRouteComponent(() => import('./pages/people/second-step-page.tsx'), 'SecondStepPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: 'forgot-password',
    component: lazyRouteComponent(() => import('./pages/people/forgot-password-page.tsx'), 'ForgotPasswordPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: 'reset-password',
    component: lazyRouteComponent(() => import('./pages/people/reset-password-page.tsx'), 'ResetPasswordPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: 'invite',
    component: lazyRouteComponent(() => import('./pages/people/invite-page.tsx'), 'InvitePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: 'setup',
    component: lazyRouteComponent(() => import('./pages/people/set-up-page.tsx'), 'SetUpPage'),
  }),
] as const

/** Of a window beside one that asks whether it is still the same person (see `ConfirmDialog`). */
const freshSignIn = createRoute({
  getParentRoute: () => root,
  path: 'fresh-sign-in',
  validateSearch: ({ at }: Record<string, unknown>) => ({ at: typeof at === 'string' ? at : undefined }),
  loaderDeps: ({ search }) => search,
  beforeLoad: async (given) => {
    if (given.search.at === undefined) await requireSignIn(given)
  },
  async loader({ deps: { at } }) {
    const { goToProvider, tellWaiting } = await orPartMissing(import('./pages/people/fresh-sign-in-page.tsx'))
    await (at === undefined ? tellWaiting() : goToProvider(at))
  },
  component: lazyRouteComponent(() => import('./pages/people/fresh-sign-in-page.tsx'), 'FreshSignInPage'),
})

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: requireSignIn,
  component: lazyRouteComponent(() => import('./pages/home-page.tsx'), 'HomePage'),
})

const account = createRoute({
  getParentRoute: () => root,
  path: 'account',
  beforeLoad: requireSignIn,
  component: lazyRouteComponent(() => import('./pages/account/account-page.tsx'), 'AccountPage'),
})

/** For those who run the deployment; everybody else has nothing to do there. */
async function requireOperator(given: { location: ParsedLocation }): Promise<void> {
  await requireSignIn(given)
  const { person } = await queryClient.ensureQueryData(meQuery)
  if (!person.operator) throw redirect(paths.home())
}

const operator = createRoute({
  getParentRoute: () => root,
  path: 'operator',
  beforeLoad: requireOperator,
  component: lazyRouteComponent(() => import('./pages/operator/operator-shell.tsx'), 'OperatorShell'),
})

const operatorPages = [
  createRoute({
    getParentRoute: () => operator,
    path: '/',
    loader: () => queryClient.ensureQueryData(plansQuery),
    component: lazyRouteComponent(() => import('./pages/operator/organizations-page.tsx'), 'OrganizationsPage'),
  }),
  createRoute({
    getParentRoute: () => operator,
    path: 'plans',
    loader: () => queryClient.ensureQueryData(plansQuery),
    component: lazyRouteComponent(() => import('./pages/operator/plans-page.tsx'), 'PlansPage'),
  }),
  createRoute({
    getParentRoute: () => operator,
    path: 'organizations/$operated',
    loader: ({ params }) =>
      Promise.all([
        queryClient.ensureQueryData(organizationQuery(params.operated)),
        queryClient.ensureQueryData(catalogQuery(params.operated)),
        queryClient.ensureQueryData(plansQuery),
      ]),
    component: lazyRouteComponent(() => import('./pages/operator/operated-page.tsx'), 'OperatedPage'),
  }),
  createRoute({
    getParentRoute: () => operator,
    path: 'service-keys',
    component: lazyRouteComponent(() => import('./pages/operator/service-keys-page.tsx'), 'ServiceKeysPage'),
  }),
  createRoute({
    getParentRoute: () => operator,
    path: 'people',
    component: lazyRouteComponent(() => import('./pages/operator/people-page.tsx'), 'PeoplePage'),
  }),
] as const

const organization = createRoute({
  getParentRoute: () => root,
  path: '$organization',
  beforeLoad: requireSignIn,
  loader: ({ params }) =>
    Promise.all([
      queryClient.ensureQueryData(organizationQuery(params.organization)),
      queryClient.ensureQueryData(catalogQuery(params.organization)),
    ]),
  component: Shell,
})

const overview = createRoute({
  getParentRoute: () => organization,
  path: '/',
  component: lazyRouteComponent(
    () => import('./pages/overview/organization-overview-page.tsx'),
    'OrganizationOverviewPage',
  ),
})

const keys = createRoute({ getParentRoute: () => organization, path: 'keys', component: Outlet })

const keyList = createRoute({
  getParentRoute: () => keys,
  path: '/',
  validateSearch: readKeysSearch,
  loaderDeps: ({ search }) => search,
  // Asked for beside the screen, or as soon as somebody points at the way to it; the screen waits for nothing.
  loader: ({ params, deps }) => {
    void queryClient.prefetchQuery(keysQuery(params.organization, toKeyQuery(deps)))
  },
  component: lazyRouteComponent(() => import('./pages/keys/keys-page.tsx'), 'KeysPage'),
})

const activity = createRoute({
  getParentRoute: () => organization,
  path: 'activity',
  validateSearch: readActivitySearch,
  component: lazyRouteComponent(() => import('./pages/activity-page.tsx'), 'ActivityPage'),
})

const members = createRoute({
  getParentRoute: () => organization,
  path: 'members',
  component: lazyRouteComponent(() => import('./pages/members/members-page.tsx'), 'MembersPage'),
})

const settings = createRoute({
  getParentRoute: () => organization,
  path: 'settings',
  component: lazyRouteComponent(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage'),
})

const newKey = createRoute({
  getParentRoute: () => keys,
  path: 'new',
  component: lazyRouteComponent(() => import('./pages/keys/new-key-page.tsx'), 'NewKeyPage'),
  // What the form is prefilled with; it reads for itself what it can use.
  validateSearch: (search: Record<string, unknown>) => search,
})

/** Beside the screens of a key, not among them: it is there for a deleted key, too. */
const compromised = createRoute({
  getParentRoute: () => keys,
  path: '$key/compromised',
  component: lazyRouteComponent(() => import('./pages/compromised/compromised-page.tsx'), 'CompromisedPage'),
})

const key = createRoute({
  getParentRoute: () => keys,
  path: '$key',
  loader: ({ params }) => queryClient.ensureQueryData(keyQuery(params.organization, params.key)),
  component: lazyRouteComponent(() => import('./pages/key/key-layout.tsx'), 'KeyLayout'),
})

const keyPages = [
  createRoute({
    getParentRoute: () => key,
    path: '/',
    component: lazyRouteComponent(() => import('./pages/key/overview-page.tsx'), 'OverviewPage'),
  }),
  createRoute({
    getParentRoute: () => key,
    path: 'usage',
    component: lazyRouteComponent(() => import('./pages/key/usage-page.tsx'), 'UsagePage'),
  }),
  createRoute({
    getParentRoute: () => key,
    path: 'callers',
    component: lazyRouteComponent(() => import('./pages/key/callers-page.tsx'), 'CallersPage'),
  }),
  createRoute({
    getParentRoute: () => key,
    path: 'audit',
    component: lazyRouteComponent(() => import('./pages/key/audit-page.tsx'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute: () => key,
    path: 'edit',
    // What is edited is what is there, and not what a list said of it a while ago.
    loader: ({ params }) =>
      queryClient.fetchQuery({ ...keyQuery(params.organization, params.key), staleTime: 0 }).then(() => undefined),
    component: lazyRouteComponent(() => import('./pages/key/edit-key-page.tsx'), 'EditKeyPage'),
  }),
] as const

export const router = createRouter({
  routeTree: root.addChildren([
    ...people,
    freshSignIn,
    home,
    account,
    operator.addChildren(operatorPages),
    organization.addChildren([
      overview,
      keys.addChildren([keyList, newKey, compromised, key.addChildren(keyPages)]),
      activity,
      members,
      settings,
    ]),
  ]),
  // Plain text, as people write addresses by hand: what looks like a number stays what it is.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: writeSearch,
  defaultPreload: 'intent',
  defaultPendingComponent: Waiting,
  defaultPendingMs: 300,
  // And not a moment longer than it takes.
  defaultPendingMinMs: 0,
  defaultErrorComponent: ErrorPage,
  defaultNotFoundComponent: NotFoundPage,
  scrollRestoration: true,
})

function writeSearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
