import { type Invitation, type Member, ROLES, type Role } from '@claviger/sdk'
import { type Command, Option } from 'commander'
import { readId } from './arguments.ts'
import { confirm } from './confirm.ts'
import { connect } from './connection.ts'
import { receiptLine } from './key-view.ts'
import { addListOptions, type ListFlags, printList } from './list.ts'
import { hint, print, printJson } from './output.ts'
import { printable } from './printable.ts'
import { facts, table } from './table.ts'
import { minuteOf } from './times.ts'
import { UsageError } from './usage-error.ts'

interface Flags {
  org: string
  yes?: boolean
  json?: boolean
}

/** Who belongs to an organization, and as what. */
export function addPeople(program: Command): void {
  const people = program
    .command('people')
    .description('people of an organization: members, roles and invitations')
    .helpCommand(false)
  const ofOrganization = (command: Command) =>
    command.requiredOption('--org <organization>', 'the organization they belong to, org_…')

  addListOptions(ofOrganization(people.command('list')))
    .description('list members, by when they joined')
    .option('--invited', 'list invitations instead, newest first')
    .action(async ({ org, invited, ...flags }: ListFlags & Flags & { invited?: boolean }, command: Command) => {
      const { members, invitations } = connect(command)
      const organizationId = readId('organization', org)
      if (invited) return printList(flags, within(invitations, organizationId), invitationTable, 'nobody is invited')
      await printList(
        flags,
        within(members, organizationId),
        memberTable,
        `nobody is a member yet; invite an owner: claviger people invite EMAIL --role owner --org ${organizationId}`,
      )
    })

  ofOrganization(people.command('invite <email>'))
    .description('invite somebody; it is open for seven days')
    .addOption(new Option('--role <role>', 'what they will be').choices(ROLES).makeOptionMandatory())
    .option('--json', "print the server's answer as JSON")
    .action(async (email: string, { org, role, json }: Flags & { role: Role }, command: Command) => {
      const answer = await connect(command).invitations.create(readId('organization', org), { email, role })
      if (json) return printJson(answer)
      const { id, expiresAt } = answer.invitation
      print(
        facts([
          ['id', id],
          ['email', answer.invitation.email],
          ['role', role],
          ['open until', minuteOf(expiresAt)],
          ['link', answer.link],
        ]),
      )
      hint(answer.link === null ? 'the link was mailed to them' : 'hand the link over: whoever has it can accept')
    })

  ofOrganization(people.command('role <member> <role>'))
    .description(`give a member another role: ${ROLES.join(', ')}`)
    .option('--json', "print the server's answer as JSON")
    .action(async (id: string, role: string, { org, json }: Flags, command: Command) => {
      const { members } = connect(command)
      const answer = await members.setRole(readId('organization', org), readId('member', id), readRole(role))
      if (json) return printJson(answer)
      print(
        printable(`${answer.member.person.name} is ${answer.member.role} everywhere ${receiptLine(answer.receipt)}`),
      )
    })

  ofOrganization(people.command('remove <member>'))
    .description('remove a member, who is signed out at once')
    .option('--yes', 'do not ask')
    .option('--json', "print the server's answer as JSON")
    .action(async (id: string, { org, yes, json }: Flags, command: Command) => {
      const { members } = connect(command)
      const memberId = readId('member', id)
      const organizationId = readId('organization', org)
      await confirm('remove', yes, async () =>
        printable(`Remove ${memberId} from ${organizationId}? They are signed out at once; their keys go on working.`),
      )
      const answer = await members.remove(organizationId, memberId)
      if (json) return printJson(answer)
      print(printable(`${memberId} is removed everywhere ${receiptLine(answer.receipt)}`))
      if (answer.keys.length === 0) return
      print(
        `\n${table(
          ['KEY', 'PREFIX', 'STATUS', 'NAME'],
          answer.keys.map(({ id: keyId, prefix, status, name }) => [keyId, prefix, status, name]),
        )}`,
      )
      hint('they answered for these keys, which go on working: hand them over, keep them or revoke them')
    })
}

function readRole(text: string): Role {
  const role = ROLES.find((one) => one === text)
  if (!role) throw new UsageError(`the role must be one of ${ROLES.join(', ')}; found "${text}"`)
  return role
}

interface OfOrganization<T> {
  list(organizationId: string, page: object): Promise<{ items: T[]; nextCursor: string | null }>
  all(organizationId: string): AsyncIterable<T>
}

function within<T>(all: OfOrganization<T>, organizationId: string) {
  return { list: (page: object) => all.list(organizationId, page), all: () => all.all(organizationId) }
}

function memberTable(members: readonly Member[]): string {
  return table(
    ['ID', 'ROLE', 'JOINED', 'SECOND STEP', 'E-MAIL', 'NAME'],
    members.map(({ id, role, joinedAt, person: { email, name, twoFactor } }) => [
      id,
      role,
      minuteOf(joinedAt),
      twoFactor ? 'yes' : 'no',
      email,
      name,
    ]),
  )
}

function invitationTable(invitations: readonly Invitation[]): string {
  return table(
    ['ID', 'ROLE', 'STATUS', 'OPEN UNTIL', 'INVITED BY', 'E-MAIL'],
    invitations.map(({ id, role, status, expiresAt, invitedBy, email }) => [
      id,
      role,
      status,
      minuteOf(expiresAt),
      invitedBy.name,
      email,
    ]),
  )
}
