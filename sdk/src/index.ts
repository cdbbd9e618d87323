export type {
  ActorRef,
  ApiKey,
  AuditEvent,
  Catalog,
  CreateKeyRequest,
  Credits,
  ErrorCode,
  ImportedKeys,
  KeyChange,
  KeyIssued,
  KeyList,
  Metadata,
  Organization,
  OrganizationChange,
  Page,
  RateLimit,
  Receipt,
  Resources,
  Status,
  Timestamp,
  VerdictCode,
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
  EditKeyRequest,
  EditOrganizationRequest,
  HealthAnswer,
  ImportKeyRequest,
  KeyOrder,
  KeyQuery,
  RevokeKeyRequest,
  RotateKeyRequest,
  SelfAnswer,
  SelfRevoked,
} from './wire.ts'
