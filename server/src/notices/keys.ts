import { mayDo, type Product, type Role, statusOf } from '@claviger/core'
import type { Facts, NoticeName } from '../domain/notice-facts.ts'
import type { OrganizationRecord } from '../domain/records.ts'
import type { Desk, Writer } from './desk.ts'
import { timeInWords } from './text.ts'

/** What people are told about the keys of their organization. */

export const writeApprovalAsked: Writer<'approval-asked'> = async (desk, recipient, facts) => {
  const { database, clock, product } = desk
  const reader = await readerOf(desk, recipient, facts)
  const key = await database.key(facts.keyId)
  // Somebody has decided already, or it is no longer theirs to decide.
  if (!reader?.approves || !key || statusOf(key, clock.now()) !== 'pending') return null
  const { key: word } = product.screen.words
  return {
    subject: `${word} “${facts.keyName}” waits for approval`,
    sentences: [
      `${facts.askedBy} asks for the ${word} “${facts.keyName}”. It works once an owner or admin has approved it.`,
    ],
    details: whichKey(product, reader.organization, facts),
    link: { label: 'Approve or decline', address: addressOf(desk, facts) },
    closing: `You get this mail because you can approve in ${reader.organization.name}.`,
  }
}

export const writeApprovalDecided: Writer<'approval-decided'> = async (desk, recipient, facts) => {
  const { product } = desk
  const reader = await readerOf(desk, recipient, facts)
  if (!reader) return null
  const { key: word } = product.screen.words
  const meaning = facts.decision === 'approved' ? 'It works from now on.' : 'It will not work.'
  return {
    subject: `${word} “${facts.keyName}” was ${facts.decision}`,
    sentences: [`${facts.decidedBy} ${facts.decision} the ${word} “${facts.keyName}”. ${meaning}`],
    details: whichKey(product, reader.organization, facts),
    link: { label: 'See it', address: addressOf(desk, facts) },
    closing: `You get this mail because you asked for it in ${reader.organization.name}.`,
  }
}

export const writeKeyCreated: Writer<'key-created'> = async (desk, recipient, facts) => {
  const { product } = desk
  const reader = await readerOf(desk, recipient, facts)
  if (!reader) return null
  const { key: word } = product.screen.words
  return {
    subject: `New ${word} “${facts.keyName}” in ${reader.organization.name}`,
    sentences: [`${facts.by} created the ${word} “${facts.keyName}”.`],
    details: [...whichKey(product, reader.organization, facts), ['When', timeInWords(facts.at)]],
    link: { label: 'See it', address: addressOf(desk, facts) },
    closing: 'If nobody should have, revoke it there and ask who did.',
  }
}

export const writeKeyCompromised: Writer<'key-compromised'> = async (desk, recipient, facts) => {
  const { product } = desk
  const reader = await readerOf(desk, recipient, facts)
  if (!reader) return null
  const { key: word } = product.screen.words
  return {
    subject: `${word} “${facts.keyName}” was compromised and is revoked`,
    sentences: [
      `${facts.by} reported the ${word} “${facts.keyName}” as compromised. It is revoked: every request with it is refused.`,
      'Review its recent activity for calls that were not yours, and replace it wherever it was in use.',
    ],
    details: [...whichKey(product, reader.organization, facts), ['When', timeInWords(facts.at)]],
    link: { label: 'Review recent activity', address: `${addressOf(desk, facts)}/callers` },
    closing: `You get this mail because you are responsible for ${reader.organization.name}.`,
  }
}

export const writeCompromiseReported: Writer<'compromise-reported'> = async (desk, recipient, facts) => {
  const { product } = desk
  const reader = await readerOf(desk, recipient, facts)
  if (!reader) return null
  const { key: word } = product.screen.words
  return {
    subject: `${word} “${facts.keyName}” was compromised`,
    sentences: [
      `${facts.by} reports that the secret of the ${word} “${facts.keyName}” has come into wrong hands. ${stateOf(facts.stopped)}`,
      'See who still tries it, and review its recent activity for calls that were not yours.',
    ],
    details: [...whichKey(product, reader.organization, facts), ['When', timeInWords(facts.at)]],
    link: { label: 'What is done and what is left to do', address: `${addressOf(desk, facts)}/compromised` },
    closing: `You get this mail because you are responsible for ${reader.organization.name}.`,
  }
}

function stateOf(stopped: Facts<'compromise-reported'>['stopped']): string {
  if (stopped === null) return 'When this was sent the key still worked.'
  if (stopped === 'rotated') return 'The key has a new secret; every request with the old one is refused.'
  return `It is ${stopped}: every request with it is refused.`
}

type OfKey = Pick<Facts<Exclude<NoticeName, 'invitation' | 'password-reset' | 'new-sign-in'>>, keyof Named>
interface Named {
  organizationId: string
  keyId: string
  environment: string | null
}

/** @returns null for whoever has left since: news of an organization goes to nobody outside it. */
async function readerOf(
  { database }: Desk,
  recipient: string,
  { organizationId }: OfKey,
): Promise<{ organization: OrganizationRecord; approves: boolean } | null> {
  const organization = await database.organization(organizationId)
  const person = await database.personByEmail(recipient)
  if (!organization || !person) return null
  const membership = await database.membership(organizationId, person.id)
  if (!membership && !person.operator) return null
  return { organization, approves: person.operator || mayApprove(membership?.role) }
}

function mayApprove(role: Role | undefined): boolean {
  return role !== undefined && mayDo(role, 'keys:approve')
}

function whichKey(
  { environments }: Product,
  { name }: OrganizationRecord,
  { environment }: OfKey,
): [name: string, value: string][] {
  const label = environments.find(({ id }) => id === environment)?.label ?? environment
  return [['Organization', name], ...(label === null ? [] : [['Environment', label] as [string, string]])]
}

function addressOf({ publicUrl }: Desk, { organizationId, keyId }: OfKey): string {
  return `${publicUrl}/${encodeURIComponent(organizationId)}/keys/${encodeURIComponent(keyId)}`
}
