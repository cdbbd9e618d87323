import { AppError, type IpRange, type Product } from '@claviger/core'
import swagger from '@fastify/swagger'
import Fastify, { type preValidationHookHandler } from 'fastify'
import type { Logger } from 'pino'
import type { Identity } from '../domain/identity.ts'
import { tagsOf } from '../domain/new-secret.ts'
import type { Domain } from '../domain/ports.ts'
import { SERVICE_TAG } from '../domain/service-catalogue.ts'
import { RefusalRecorder } from '../engine/refusal-recorder.ts'
import type { Verifier } from '../engine/verifier.ts'
import { registerAccess } from './access.ts'
import { Afterwards } from './afterwards.ts'
import { registerCallerAddress } from './caller-address.ts'
import { answerBrokenRequest, CONNECTION_LIMITS, registerConnections } from './connections.ts'
import { registerDashboard } from './dashboard.ts'
import { registerDocs } from './docs.ts'
import { createErrorAnswers, registerErrors } from './errors.ts'
import { registerJsonBody } from './json-body.ts'
import { openApiOptions } from './openapi.ts'
import { OutageLog } from './outage-log.ts'
import { logOutcomes, type RequestWatch } from './outcomes.ts'
import { createRequestIds } from './request-ids.ts'
import { registerAcceptInvitation } from './routes/accept-invitation.ts'
import { registerAudit } from './routes/audit.ts'
import { registerChanges } from './routes/changes.ts'
import { registerCompromise } from './routes/compromise.ts'
import { type Exposition, registerHealth } from './routes/health.ts'
import { registerIntrospect } from './routes/introspect.ts'
import { registerInvitations } from './routes/invitations.ts'
import { registerKeys } from './routes/keys.ts'
import { registerMe } from './routes/me.ts'
import { registerMembers } from './routes/members.ts'
import { registerMySessions } from './routes/my-sessions.ts'
import { registerOrganizations } from './routes/organizations.ts'
import { registerPasswords } from './routes/passwords.ts'
import { registerPeople } from './routes/people.ts'
import { registerPlans } from './routes/plans.ts'
import { registerProduct } from './routes/product.ts'
import { registerProviders } from './routes/providers.ts'
import { registerReports } from './routes/reports.ts'
import { registerSelf } from './routes/self.ts'
import { registerServiceKeys } from './routes/service-keys.ts'
import { registerSignIn } from './routes/sign-in.ts'
import { registerTwoFactor } from './routes/two-factor.ts'
import { registerUsage } from './routes/usage.ts'
import { registerVerify } from './routes/verify.ts'
import { securityHeaders } from './security-headers.ts'
import type { App } from './type-provider.ts'
import { compileValidator, refuseUnknownQueries } from './validation.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Called too often to be worth a line for each call. */
    quiet?: boolean
    /** No body is the same as an empty object. */
    bodyOptional?: boolean
  }
}

export interface AppParts {
  domain: Domain
  /** Judges customers' keys. */
  customers: Verifier
  /** Judges service keys. */
  services: Verifier
  log: Logger
  /** Signs people in. */
  identity: Identity
  reachable: () => Promise<boolean>
  /** Where callers reach this server, without a slash at the end. */
  publicUrl: () => string
  metrics: Exposition & { requestAnswered: RequestWatch }
  /** Who is believed about whom a request comes from. */
  trustedProxies: readonly IpRange[]
  /** Where the build of the dashboard is; left out, this server has no screens. */
  dashboardDir?: string
}

const BODY_LIMIT_BYTES = 64 * 1024

/** Builds the HTTP interface; it listens when told to. */
export async function buildApp(parts: AppParts): Promise<App> {
  const { domain, customers, services, log } = parts
  const nextRequestId = createRequestIds(domain.randomBytes)
  const outages = new OutageLog(log)
  const answerError = createErrorAnswers(log, outages)
  const everywhere = securityHeaders(parts.publicUrl())
  const app = Fastify({
    // A logger of its own for each request would cost more than a verdict does.
    logger: false,
    genReqId: nextRequestId,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: CONNECTION_LIMITS.requestTimeout,
    routerOptions: { maxParamLength: 100 },
    http: CONNECTION_LIMITS,
    // While it drains, what arrives on an open connection is still answered.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      reply.headers(everywhere).header('x-request-id', request.id)
      answerError(error, request, reply)
    },
    clientErrorHandler: (error, socket) =>
      answerBrokenRequest(error, socket, { requestId: nextRequestId(), headers: everywhere }),
  }).withTypeProvider() as App

  // What handlers return is what is sent. A serializer from the schema would drop what the schema forgot, in silence.
  app.setValidatorCompiler(compileValidator)
  app.setSerializerCompiler(() => JSON.stringify)
  registerJsonBody(app)
  registerCallerAddress(app, parts.trustedProxies)

  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(everywhere).header('x-request-id', request.id)
    done()
  })
  const nextAnswer = () => ({ requestId: nextRequestId(), headers: everywhere })
  registerConnections(app, nextAnswer, parts.trustedProxies)
  refuseSecretsInUrls(app, domain.product)
  const refusals = new RefusalRecorder({
    domain,
    onFailure: (error) => log.error({ err: error }, 'a refusal could not be written to the audit log'),
  })
  app.addHook('onClose', () => refusals.close())
  registerErrors(app, answerError, refusals)
  app.addHook('onClose', async () => outages.close())
  refuseUnknownQueries(app)
  registerAccess(app, services, { identity: parts.identity, database: domain.database, publicUrl: parts.publicUrl })
  app.addHook('onRoute', (route) => {
    if (route.config?.bodyOptional) route.preValidation = takeNoBodyAsEmpty
  })
  logOutcomes(app, log, parts.metrics.requestAnswered)

  await app.register(swagger, openApiOptions(domain.product))
  registerHealth(app, parts.reachable, parts.metrics)
  registerProduct(app, domain)
  registerVerify(app, customers, domain.product)
  registerIntrospect(app, customers)
  registerSelf(app, domain, customers)
  registerOrganizations(app, domain)
  registerPlans(app, domain)
  registerChanges(app, domain)
  const sampleRequest = (secret: string) => fillSample(domain.product, secret, parts.publicUrl())
  registerKeys(app, domain, { sampleRequest, refusals })
  registerServiceKeys(app, domain)
  const afterwards = new Afterwards((error) =>
    log.error({ err: error }, 'what was asked for could not be done afterwards'),
  )
  app.addHook('onClose', () => afterwards.settled())
  registerSignIn(app, domain, parts.identity)
  registerProviders(app, parts.identity, parts.publicUrl)
  registerPasswords(app, domain, parts.identity, afterwards)
  registerMe(app, domain, parts.identity)
  registerMySessions(app, domain)
  registerTwoFactor(app, domain, parts.identity)
  registerMembers(app, domain)
  registerInvitations(app, domain, parts.publicUrl)
  registerAcceptInvitation(app, domain, parts.identity)
  registerReports(app, domain)
  registerPeople(app, domain, parts.publicUrl)
  registerAudit(app, domain, log)
  registerUsage(app, domain)
  registerCompromise(app, domain, sampleRequest)
  let document: Buffer | undefined
  app.get('/openapi.json', { config: { access: 'anyone' }, schema: { hide: true } }, (_request, reply) => {
    document ??= Buffer.from(JSON.stringify(app.swagger()))
    reply.type('application/json; charset=utf-8').send(document)
  })
  registerDocs(app)
  if (parts.dashboardDir !== undefined) registerDashboard(app, parts.dashboardDir)
  await app.ready()
  return app
}

const takeNoBodyAsEmpty: preValidationHookHandler = (request, _reply, done) => {
  request.body ??= {}
  done()
}

/** URLs end up in logs and histories all along their way, so a secret in one is refused instead of served. */
function refuseSecretsInUrls(app: App, product: Product): void {
  const tags = [...tagsOf(product), SERVICE_TAG]
  const secret = new RegExp(`(?:${tags.join('|')})_[0-9A-Za-z]{46}`)
  app.addHook('onRequest', (request, _reply, done) => {
    const { url = '' } = request.raw
    if (!secret.test(url) && !(url.includes('%') && secret.test(decoded(url)))) return done()
    done(
      new AppError(
        'MALFORMED_REQUEST',
        'A key does not belong in a URL: send it in a header. Treat this key as leaked and rotate it.',
      ),
    )
  })
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url)
  } catch {
    return url
  }
}

export function fillSample({ sampleRequest }: Product, secret: string, url: string): string {
  return sampleRequest.curl.replaceAll('{{secret}}', secret).replaceAll('{{url}}', url)
}
