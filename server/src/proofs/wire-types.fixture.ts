import type {
  ApiKey,
  AuditEvent,
  Catalog,
  Compromise,
  CompromiseEnded,
  CreateKeyRequest,
  DeniedRequest,
  DepartedOwner,
  DepartureResolved,
  ErrorEnvelope,
  ImportedKeys,
  Invitation,
  InvitationPreview,
  InvitationSent,
  KeyCallers,
  KeyChange,
  KeyIssued,
  KeyList,
  KeyScopes,
  Me,
  Member,
  MemberRemoved,
  Organization,
  OrganizationChange,
  PersonWithMemberships,
  PlanList,
  Receipt,
  RemovalCheck,
  SignedIn,
  Usage,
  UsageByKey,
  VerifiedKey,
  VerifyAnswer,
  VerifyRequest,
} from '@claviger/core'
import type { Static } from 'typebox'
import type { AuditEventShape } from '../http/schemas/audit.ts'
import type { CompromiseShape, EndedShape } from '../http/schemas/compromise.ts'
import type { ErrorShape } from '../http/schemas/errors.ts'
import type {
  ApiKeyShape,
  CreateKeyBody,
  ImportedShape,
  KeyChangeShape,
  KeyIssuedShape,
  KeyListShape,
} from '../http/schemas/keys.ts'
import type {
  DepartedOwnerShape,
  InvitationPreviewShape,
  InvitationSentShape,
  InvitationShape,
  MemberRemovedShape,
  MemberShape,
  PersonWithMembershipsShape,
  ResolvedShape,
} from '../http/schemas/members.ts'
import type {
  CatalogShape,
  OrganizationChangeShape,
  OrganizationShape,
  PlanListShape,
} from '../http/schemas/organizations.ts'
import type { ReceiptShape } from '../http/schemas/parts.ts'
import type { MeShape, SignedInShape } from '../http/schemas/people.ts'
import type {
  CallersShape,
  DeniedRequestShape,
  KeyScopesShape,
  RemovalCheckShape,
  UsageByKeyShape,
  UsageShape,
} from '../http/schemas/usage.ts'
import type { VerdictShape, VerifyBody } from '../http/schemas/verdicts.ts'

/** Everything that may be absent is there: where one side does not know a member at all, the two are no longer alike. */
type Whole<T> = T extends readonly (infer Item)[]
  ? Whole<Item>[]
  : T extends object
    ? { [Member in keyof T]-?: Whole<Exclude<T[Member], undefined>> }
    : T

type Mutual<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false

/**
 * The types that clients compile against say what the schemas say. The compiler is the test: a line below does not
 * compile where one side allows what the other does not.
 */
type Agrees<Wire, Shape> = Mutual<Wire, Shape> extends true ? Mutual<Whole<Wire>, Whole<Shape>> : false

/** Where the schema allows more than the type: all that the type allows, the schema does too. */
type Fits<Wire, Shape> = [Wire] extends [Shape] ? true : false

export const agreements = {
  apiKey: true satisfies Fits<ApiKey, Static<typeof ApiKeyShape>>,
  auditEvent: true satisfies Fits<AuditEvent, Static<typeof AuditEventShape>>,
  catalog: true satisfies Agrees<Catalog, Static<typeof CatalogShape>>,
  compromiseEnded: true satisfies Fits<CompromiseEnded, Static<typeof EndedShape>>,
  compromise: true satisfies Agrees<Compromise, Static<typeof CompromiseShape>>,
  createKey: true satisfies Agrees<CreateKeyRequest, Static<typeof CreateKeyBody>>,
  departedOwner: true satisfies Agrees<DepartedOwner, Static<typeof DepartedOwnerShape>>,
  departureResolved: true satisfies Fits<DepartureResolved, Static<typeof ResolvedShape>>,
  deniedRequest: true satisfies Agrees<DeniedRequest, Static<typeof DeniedRequestShape>>,
  error: true satisfies Agrees<ErrorEnvelope, Static<typeof ErrorShape>>,
  importedKeys: true satisfies Fits<ImportedKeys, Static<typeof ImportedShape>>,
  invitation: true satisfies Agrees<Invitation, Static<typeof InvitationShape>>,
  invitationPreview: true satisfies Agrees<InvitationPreview, Static<typeof InvitationPreviewShape>>,
  invitationSent: true satisfies Fits<InvitationSent, Static<typeof InvitationSentShape>>,
  keyCallers: true satisfies Agrees<KeyCallers, Static<typeof CallersShape>>,
  keyChange: true satisfies Fits<KeyChange, Static<typeof KeyChangeShape>>,
  keyIssued: true satisfies Fits<KeyIssued, Static<typeof KeyIssuedShape>>,
  keyList: true satisfies Fits<KeyList, Static<typeof KeyListShape>>,
  keyScopes: true satisfies Agrees<KeyScopes, Static<typeof KeyScopesShape>>,
  me: true satisfies Agrees<Me, Static<typeof MeShape>>,
  member: true satisfies Agrees<Member, Static<typeof MemberShape>>,
  memberRemoved: true satisfies Fits<MemberRemoved, Static<typeof MemberRemovedShape>>,
  personWithMemberships: true satisfies Agrees<PersonWithMemberships, Static<typeof PersonWithMembershipsShape>>,
  organization: true satisfies Agrees<Organization, Static<typeof OrganizationShape>>,
  organizationChange: true satisfies Fits<OrganizationChange, Static<typeof OrganizationChangeShape>>,
  planList: true satisfies Agrees<PlanList, Static<typeof PlanListShape>>,
  receipt: true satisfies Agrees<Receipt, Static<typeof ReceiptShape>>,
  removalCheck: true satisfies Agrees<RemovalCheck, Static<typeof RemovalCheckShape>>,
  signedIn: true satisfies Agrees<SignedIn, Static<typeof SignedInShape>>,
  usage: true satisfies Fits<Usage, Static<typeof UsageShape>>,
  usageByKey: true satisfies Fits<UsageByKey, Static<typeof UsageByKeyShape>>,
  verifiedKey: true satisfies Agrees<VerifiedKey, Extract<Static<typeof VerdictShape>, { valid: true }>['key']>,
  verifyAnswer: true satisfies Agrees<VerifyAnswer, Static<typeof VerdictShape>>,
  verifyRequest: true satisfies Agrees<VerifyRequest, Static<typeof VerifyBody>>,
}
