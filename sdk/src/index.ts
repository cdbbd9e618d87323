export type {
  ActorRef,
  ApiKey,
  CreateKeyRequest,
  Credits,
  ErrorCode,
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
export { type Client, createClient } from './client.ts'
export { ClavigerError, type ClavigerErrorCode } from './errors.ts'
export type { Health } from './health.ts'
export type { Keys } from './keys.ts'
export type { ClientOptions, FetchLike } from './options.ts'
export type { Organizations } from './organizations.ts'
export type { PageRequest } from './pages.ts'
export type { CallOptions } from './transport.ts'
export type {
  CreateOrganizationRequest,
  DeleteKeyRequest,
  HealthAnswer,
  KeyDeleted,
  RevokeKeyRequest,
  RotateKeyRequest,
  SelfAnswer,
} from './wire.ts'
