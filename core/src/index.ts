export { encodeBase62, randomBase62 } from './base62.ts'
export type { Compromise, CompromiseEnded } from './compromise-wire.ts'
export { crc32 } from './crc32.ts'
export { AppError, ERROR_CODES, type ErrorCode } from './errors.ts'
export { ID_TYPES, type IdType, isId, newId } from './ids.ts'
export { formatIpRange, type Ip, type IpRange, inRanges, parseIp, parseIpRange } from './ip.ts'
export {
  type Judgement,
  judgeOperation,
  OPERATIONS,
  type Operation,
  STATUSES,
  type Status,
  type StatusFacts,
  statusOf,
} from './lifecycle.ts'
export { nextRefillAt, spendWindow, type WindowSpending, type WindowState } from './limits.ts'
export {
  type Accepted,
  type DepartedOwner,
  type DepartureDecision,
  type DepartureResolved,
  INVITATION_STATUSES,
  type Invitation,
  type InvitationChange,
  type InvitationPreview,
  type InvitationSent,
  type InvitationStatus,
  type KeySummary,
  type Member,
  type MemberChange,
  type MemberRemoved,
  type PersonChange,
  type PersonCreated,
  type PersonWithMemberships,
} from './members-wire.ts'
export { isVisibleName } from './names.ts'
export type { Me, MembershipView, Person, SessionState, SignedIn } from './people-wire.ts'
export {
  type AccessLevel,
  COLUMNS,
  type Column,
  type Environment,
  type Feature,
  GRANTING_ROLES,
  type LifecyclePolicy,
  MENU_ACTIONS,
  type MenuAction,
  type Plan,
  type Product,
  type ResourceKind,
  type RoleLimits,
  type SampleRequest,
  type ScopeDefinition,
  type ScopeGroup,
  type Screen,
  WORDS,
  type Words,
} from './product.ts'
export type { RandomBytes } from './random.ts'
export { mayAssign, mayDo, RIGHTS, type Right, ROLE_RIGHTS, ROLES, type Role } from './roles.ts'
export { coveringGrant, covers, isGrant, isScope, missingScopes } from './scopes.ts'
export { Secret } from './secret.ts'
export { holdsSecret, withoutSecrets } from './secrets-in-text.ts'
export { classifyToken, generateToken, isTag, SERVICE_KEY_TAG, TOKEN_MAX_LENGTH, type TokenClass } from './token.ts'
export {
  DENIALS,
  DENY_CODES,
  type Denial,
  type DenyCode,
  decide,
  type KeyFacts,
  type Question,
  type VerdictCode,
} from './verdict.ts'
export type {
  ActorRef,
  ApiKey,
  AuditEvent,
  Catalog,
  CreateKeyRequest,
  Credits,
  DeniedRequest,
  ErrorEnvelope,
  ImportedKeys,
  KeyCaller,
  KeyCallers,
  KeyChange,
  KeyIssued,
  KeyList,
  KeyScopes,
  Metadata,
  Organization,
  OrganizationChange,
  Page,
  PlanList,
  PlanTerms,
  ProductInfo,
  RateLimit,
  Receipt,
  RemovalCheck,
  Resources,
  SpanCounts,
  Timestamp,
  Usage,
  UsageByKey,
  VerdictCounts,
  VerifiedKey,
  VerifyAnswer,
  VerifyRequest,
} from './wire.ts'
