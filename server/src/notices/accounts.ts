import { invitationToken, isOpen } from '../domain/invitation-links.ts'
import { RESET_LINK_MS, sealResetLink } from '../domain/passwords.ts'
import type { Writer } from './desk.ts'
import { timeInWords, withoutAddresses } from './text.ts'

/** What people are told about their accounts. */

const ROLE_WORDS = { owner: 'an owner', admin: 'an admin', developer: 'a developer', viewer: 'a viewer' } as const

export const writeInvitation: Writer<'invitation'> = async (desk, recipient, { invitationId }) => {
  const { database, clock, serverKey, product, publicUrl } = desk
  const invitation = await database.invitation(invitationId)
  if (!invitation || !isOpen(invitation) || invitation.expiresAt <= clock.now() || invitation.email !== recipient)
    return null
  const organization = await database.organization(invitation.organizationId)
  if (!organization) return null
  const inviter = withoutAddresses(invitation.invitedBy.name)
  const there = withoutAddresses(organization.name)
  return {
    subject: `${inviter} invites you to ${there} on ${product.name}`,
    sentences: [`${inviter} invites you to join “${there}” on ${product.name} as ${ROLE_WORDS[invitation.role]}.`],
    link: { label: 'Accept the invitation', address: `${publicUrl}/invite#${invitationToken(serverKey, invitation)}` },
    closing: `The link works until ${timeInWords(invitation.expiresAt)}. If you did not expect this mail, do nothing, and nothing happens.`,
  }
}

export const writePasswordReset: Writer<'password-reset'> = async (desk, recipient, { personId }) => {
  const { database, clock, product, publicUrl } = desk
  const person = await database.person(personId)
  if (person?.email !== recipient) return null
  const token = await sealResetLink(desk, personId)
  if (token === null) return null
  return {
    subject: `Set a new password for ${product.name}`,
    sentences: [`Somebody, probably you, asked for a new password for your account on ${product.name}.`],
    link: { label: 'Set a new password', address: `${publicUrl}/reset-password#${token}` },
    closing: `The link works once, and until ${timeInWords(clock.now() + RESET_LINK_MS)}. If it was not you, do nothing: your password stays as it is.`,
  }
}

export const writeNewSignIn: Writer<'new-sign-in'> = async (desk, recipient, { personId, ip, userAgent, at }) => {
  const { database, product, publicUrl } = desk
  const person = await database.person(personId)
  if (person?.email !== recipient) return null
  return {
    subject: `New sign-in to ${product.name}`,
    sentences: [`Your account on ${product.name} was signed in to from a place that it has not been used from before.`],
    details: [
      ['When', timeInWords(at)],
      ['Address', ip ?? 'unknown'],
      ['Browser', userAgent ?? 'unknown'],
    ],
    link: { label: `Go to ${product.name}`, address: `${publicUrl}/` },
    closing: 'If it was you, there is nothing to do. If not, change your password now: that ends all other sessions.',
  }
}
