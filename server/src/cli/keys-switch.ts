import type { Client } from '@claviger/sdk'
import type { Command } from 'commander'
import { readId } from './arguments.ts'
import { confirm } from './confirm.ts'
import { connect } from './connection.ts'
import { receiptLine } from './key-view.ts'
import { print, printJson } from './output.ts'
import { printable } from './printable.ts'

interface Switch {
  description: string
  change: keyof Pick<Client['keys'], 'disable' | 'enable' | 'approve' | 'decline' | 'finishRotation' | 'cancelRotation'>
  done: string
  /** What is asked before it is done; null: it takes nothing away. */
  question: string | null
}

const SWITCHES: Readonly<Record<string, Switch>> = {
  disable: {
    description: 'refuse a key until it is enabled again',
    change: 'disable',
    done: 'is disabled',
    question: 'Disable it? Whatever uses it stops working until it is enabled again.',
  },
  enable: { description: 'let a disabled key pass again', change: 'enable', done: 'is enabled', question: null },
  approve: {
    description: 'let a key pass that waits for approval',
    change: 'approve',
    done: 'is approved',
    question: null,
  },
  decline: {
    description: 'end a key that waits for approval',
    change: 'decline',
    done: 'is declined',
    question: 'Decline it? It cannot be approved afterwards.',
  },
  'finish-rotation': {
    description: 'end the overlap of a rotation now; the old secret is dead at once',
    change: 'finishRotation',
    done: 'has only its new secret',
    question: 'End the overlap? The old secret stops working at once.',
  },
  'cancel-rotation': {
    description: 'drop the new secret of a rotation and keep the old one',
    change: 'cancelRotation',
    done: 'has only its old secret again',
    question: 'Take the rotation back? The new secret stops working at once.',
  },
}

/** The changes of a key that take nothing but the key. */
export function addKeysSwitch(keys: Command): void {
  for (const [name, { description, change, done, question }] of Object.entries(SWITCHES)) {
    const command = keys
      .command(`${name} <key>`)
      .description(description)
      .requiredOption('--org <organization>', 'the organization of the key, org_…')
      .option('--json', "print the server's answer as JSON")
    if (question !== null) command.option('--yes', 'do not ask')
    command.action(async (id: string, flags: { org: string; json?: boolean; yes?: boolean }, called: Command) => {
      const names = [readId('organization', flags.org), readId('key', id)] as const
      const { keys: client } = connect(called)
      if (question !== null) {
        await confirm(name, flags.yes, async () => {
          const key = await client.get(...names)
          return printable(`${key.name} (${key.prefix}): ${question}`)
        })
      }
      const answer = await client[change](...names)
      if (flags.json) return printJson(answer)
      print(printable(`${answer.key.id} ${done} everywhere ${receiptLine(answer.receipt)}`))
    })
  }
}
