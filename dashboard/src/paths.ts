/** Every address of the dashboard, as links take it: `<Link {...paths.keys(organization)}>`. */
export const paths = {
  home: () => ({ to: '/' }) as const,
  signIn: () => ({ to: '/sign-in' }) as const,
  freshSignIn: () => ({ to: '/fresh-sign-in' }) as const,
  secondStep: () => ({ to: '/two-factor' }) as const,
  forgotPassword: () => ({ to: '/forgot-password' }) as const,
  resetPassword: () => ({ to: '/reset-password' }) as const,
  account: () => ({ to: '/account' }) as const,
  setUp: () => ({ to: '/setup' }) as const,
  invite: () => ({ to: '/invite' }) as const,
  operator: () => ({ to: '/operator' }) as const,
  operatorOrganization: (operated: string) =>
    ({ to: '/operator/organizations/$operated', params: { operated } }) as const,
  plans: () => ({ to: '/operator/plans' }) as const,
  serviceKeys: () => ({ to: '/operator/service-keys' }) as const,
  people: () => ({ to: '/operator/people' }) as const,
  overview: (organization: string) => ({ to: '/$organization', params: { organization } }) as const,
  activity: (organization: string) => ({ to: '/$organization/activity', params: { organization } }) as const,
  members: (organization: string) => ({ to: '/$organization/members', params: { organization } }) as const,
  settings: (organization: string) => ({ to: '/$organization/settings', params: { organization } }) as const,
  keys: (organization: string) => ({ to: '/$organization/keys', params: { organization } }) as const,
  newKey: (organization: string) => ({ to: '/$organization/keys/new', params: { organization } }) as const,
  key: (organization: string, key: string) =>
    ({ to: '/$organization/keys/$key', params: { organization, key } }) as const,
  keyUsage: (organization: string, key: string) =>
    ({ to: '/$organization/keys/$key/usage', params: { organization, key } }) as const,
  keyCallers: (organization: string, key: string) =>
    ({ to: '/$organization/keys/$key/callers', params: { organization, key } }) as const,
  keyAudit: (organization: string, key: string) =>
    ({ to: '/$organization/keys/$key/audit', params: { organization, key } }) as const,
  compromised: (organization: string, key: string) =>
    ({ to: '/$organization/keys/$key/compromised', params: { organization, key } }) as const,
  editKey: (organization: string, key: string) =>
    ({ to: '/$organization/keys/$key/edit', params: { organization, key } }) as const,
}
