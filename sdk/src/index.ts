export type {
  Accepted,
  ActorRef,
  ApiKey,
  AuditEvent,
  Catalog,
  CreateKeyRequest,
  Credits,
  DeniedRequest,
  DepartedOwner,
  DepartureDecision,
  DepartureResolved,
  ErrorCode,
  ImportedKeys,
  Invitation,
  InvitationChange,
  InvitationPreview,
  InvitationSent,
  InvitationStatus,
  KeyCaller,
  KeyCallers,
  KeyChange,
  KeyIssued,
  KeyList,
  KeyScopes,
  KeySummary,
  Me,
  Member,
  MemberChange,
  MemberRemoved,
  MembershipView,
  Metadata,
  Organization,
  OrganizationChange,
  Page,
  Person,
  PersonChange,
  PersonCreated,
  PersonWithMemberships,
  ProductInfo,
  RateLimit,
  Receipt,
  RemovalCheck,
  Resources,
  Role,
  SessionState,
  SignedIn,
  SpanCounts,
  Status,
  Timestamp,
  Usage,
  VerdictCode,
  VerdictCounts,
  VerifiedKey,
  VerifyAnswer,
  VerifyRequest,
} from '@claviger/core'
export { ROLES } from '@claviger/core'
export type { Accounts } from './accounts.ts'
export type { Audit, AuditLog, ExportFormat } from './audit.ts'
export { type Client, createClient } from './client.ts'
export { ClavigerError, type ClavigerErrorCode } from './errors.ts'
export type { Health } from './health.ts'
export type { Invitations } from './invitations.ts'
export type { Keys } from './keys.ts'
export type { Members } from './members.ts'
export type { ClientOptions, FetchLike } from './options.ts'
export type { Organizations } from './organizations.ts'
export { everyItem, type PageRequest } from './pages.ts'
export type { People } from './people.ts'
export type { Reports } from './reports.ts'
export type { ServiceKeys } from './service-keys.ts'
export type { CallOptions } from './transport.ts'
export type { Verdicts } from './verdicts.ts'
export type {
  AcceptRequest,
  AuditFilter,
  AuditQuery,
  ChangePasswordRequest,
  ConfirmRequest,
  CreateOrganizationRequest,
  CreatePersonRequest,
  CreateServiceKeyRequest,
  Deleted,
  DeleteKeyRequest,
  DenialQuery,
  EditKeyRequest,
  EditOrganizationRequest,
  HealthAnswer,
  ImportKeyRequest,
  InviteRequest,
  KeyOrder,
  KeyQuery,
  MySession,
  NewTwoFactor,
  OrganizationQuery,
  ResetPasswordRequest,
  RevokeKeyRequest,
  RotateKeyRequest,
  SecondStepRequest,
  SelfAnswer,
  SelfRevoked,
  SetUpAnswer,
  SetUpRequest,
  SignInMethods,
  SignInRequest,
  UnusedQuery,
  UsageQuery,
} from './wire.ts'
