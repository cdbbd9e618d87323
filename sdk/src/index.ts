export type {
  ActorRef,
  ApiKey,
  AuditEvent,
  Catalog,
  CreateKeyRequest,
  Credits,
  DeniedRequest,
  ErrorCode,
  ImportedKeys,
  KeyCaller,
  KeyCallers,
  KeyChange,
  KeyIssued,
  KeyList,
  Me,
  MembershipView,
  Metadata,
  Organization,
  OrganizationChange,
  Page,
  Person,
  ProductInfo,
  RateLimit,
  Receipt,
  RemovalCheck,
  Resources,
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
export type { Audit, AuditLog, ExportFormat } from './audit.ts'
export { type Client, createClient } from './client.ts'
export { ClavigerError, type ClavigerErrorCode } from './errors.ts'
export type { Health } from './health.ts'
export type { Keys } from './keys.ts'
export type { ClientOptions, FetchLike } from './options.ts'
export type { Organizations } from './organizations.ts'
export { everyItem, type PageRequest } from './pages.ts'
export type { People } from './people.ts'
export type { ServiceKeys } from './service-keys.ts'
export type { CallOptions } from './transport.ts'
export type { Verdicts } from './verdicts.ts'
export type {
  AuditFilter,
  AuditQuery,
  CreateOrganizationRequest,
  CreateServiceKeyRequest,
  Deleted,
  DeleteKeyRequest,
  DenialQuery,
  EditKeyRequest,
  EditOrganizationRequest,
  HealthAnswer,
  ImportKeyRequest,
  KeyOrder,
  KeyQuery,
  RevokeKeyRequest,
  RotateKeyRequest,
  SecondStepRequest,
  SelfAnswer,
  SelfRevoked,
  SetUpAnswer,
  SetUpRequest,
  SignInRequest,
  UsageQuery,
} from './wire.ts'
