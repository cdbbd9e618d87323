import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endingsOf, isDeed } from './endings.ts'
import type { Deed } from './journal.ts'

const key = (...actions: string[]): Deed[] => actions.map((action) => [action, 'key_a'])
const organization = (...actions: string[]): Deed[] => actions.map((action) => [action, 'org_a'])

const of = (id: string, ...actions: string[]): Deed[] => actions.map((action) => [action, id])

describe('what has to be done again', () => {
  test.each([
    ['a removed member is removed', of('mbr_a', 'member.role', 'member.remove'), ['remove']],
    ['a member of another role is one of the least', of('mbr_a', 'member.role'), ['demote']],
    ['a revoked invitation is closed', of('inv_a', 'invitation.resend', 'invitation.revoke'), ['close']],
    ['the link of an accepted invitation is closed', of('inv_a', 'invitation.accept'), ['close']],
    ['whoever was made no operator is none', of('usr_a', 'person.operator'), ['no-operator']],
    ['a changed password is no longer accepted', of('usr_a', 'person.password.change'), ['no-password']],
    [
      'of a person everything is done',
      of('usr_a', 'person.sign-in', 'person.two-factor.enable', 'person.operator', 'session.end'),
      ['no-operator', 'no-password'],
    ],
    ['a removed account is removed', of('usr_a', 'person.operator', 'person.delete'), ['expel']],
    ['what nobody foresaw costs a member the role', of('mbr_a', 'member.transfer'), ['demote']],
    ['what nobody foresaw closes an invitation', of('inv_a', 'invitation.forward'), ['close']],
    ['what nobody foresaw costs a person the password', of('usr_a', 'person.merge'), ['no-password']],
    ['a key handed over is as it was', of('key_a', 'key.owner'), []],
    ['a key that was told of and replaced is as it was', key('key.notify', 'key.replace'), []],
    ['a revoked key is revoked', key('key.edit', 'key.revoke'), ['revoke']],
    ['a deleted key is revoked', key('key.rotate', 'key.delete'), ['revoke']],
    ['a declined key is revoked', key('key.decline'), ['revoke']],
    ['a service key is revoked', key('service-key.revoke'), ['revoke']],
    ['the secrets of a rotated key are retired', key('key.rotate', 'key.enable'), ['retire']],
    ['of a rotation taken back no secret is trusted', key('key.rotation.cancel'), ['retire']],
    ['an overlap that was finished is finished', key('key.rotation.finish'), ['finish-rotation']],
    ['an edited key is disabled', key('key.edit'), ['disable']],
    ['a disabled key is disabled', key('key.disable'), ['disable']],
    ['a key that was disabled and enabled is as it was', key('key.disable', 'key.enable'), []],
    ['a key that was only allowed something is as it was', key('key.approve'), []],
    ['an edit counts, whatever came after it', key('key.edit', 'key.disable', 'key.enable'), ['disable']],
    ['an action that nobody foresaw disables', key('key.transfer'), ['disable']],
    ['a deleted organization is suspended', organization('organization.resume', 'organization.delete'), ['suspend']],
    ['a suspended organization is suspended', organization('organization.resume', 'organization.suspend'), ['suspend']],
    ['a resumed organization is as it was', organization('organization.suspend', 'organization.resume'), []],
  ])('%s', (_guarantee, deeds, wanted) => {
    expect(endingsOf(deeds).map(({ what }) => what)).toEqual(wanted)
  })

  test('what only adds is not worth remembering, everything else done to a key or an organization is', () => {
    const people = [
      ...of('usr_a', 'person.create', 'person.sign-in', 'deployment.set-up'),
      ...of('inv_a', 'invitation.create'),
    ]
    expect(people.filter(([action, id]) => isDeed(action, id))).toEqual([])
    expect(isDeed('member.remove', 'mbr_a')).toBe(true)
    const added = [...key('key.create', 'key.import', 'service-key.create'), ...organization('organization.create')]
    expect(added.filter(([action, id]) => isDeed(action, id))).toEqual([])
    for (const [action, id] of [...key('key.revoke', 'key.unforeseen'), ...organization('organization.edit')]) {
      expect(isDeed(action, id)).toBe(true)
    }
    expect(isDeed('database.rollback', 'gap_x')).toBe(false)
  })

  test('an ending is never lost among other things done to the same or to others, whatever their order', () => {
    const actions = ['key.edit', 'key.rotate', 'key.enable', 'key.disable', 'key.rotation.finish', 'key.unforeseen']
    const deed = fc.tuple(fc.constantFrom(...actions), fc.constantFrom('key_a', 'key_b', 'org_a'))
    fc.assert(
      fc.property(fc.array(deed), fc.array(deed), (before, after) => {
        const endings = endingsOf([...before, ['key.revoke', 'key_a'], ...after])
        expect(endings.filter(({ id }) => id === 'key_a')).toEqual([{ what: 'revoke', id: 'key_a' }])
      }),
    )
  })
})
