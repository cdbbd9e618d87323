import type { Product } from '@claviger/core'
import type { Letter } from '../domain/ports.ts'
import { escapeHtml, oneLine } from './text.ts'

/** What a mail says, before it is text or HTML. Every part is one line. */
export interface Message {
  subject: string
  /** A paragraph each. */
  sentences: readonly string[]
  /** Names and values, one below the other. */
  details?: readonly (readonly [name: string, value: string])[]
  link: { label: string; address: string }
  /** Why one gets it, and what to do if it was not expected. */
  closing: string
}

/** As text and as HTML, which say the same. */
export function toLetter(message: Message, { name, screen }: Pick<Product, 'name' | 'screen'>): Letter {
  const { link } = message
  const subject = oneLine(message.subject, 150)
  const sentences = message.sentences.map((sentence) => oneLine(sentence))
  const details = (message.details ?? []).map(([label, value]) => [oneLine(label), oneLine(value, 200)] as const)
  const closing = oneLine(message.closing)
  const text = [
    ...sentences,
    ...(details.length > 0 ? [details.map(([label, value]) => `${label}: ${value}`).join('\n')] : []),
    `${link.label}:\n${link.address}`,
    closing,
    oneLine(name),
  ]
  const html = [
    ...sentences.map(paragraph),
    ...(details.length > 0 ? [table(details)] : []),
    `<p><a href="${escapeHtml(link.address)}" style="color: ${screen.accent}">${escapeHtml(link.label)}</a></p>`,
    `<p style="color: #666">${escapeHtml(closing)}</p>`,
    paragraph(oneLine(name)),
  ]
  return { subject, text: `${text.join('\n\n')}\n`, html: page(subject, html) }
}

function paragraph(text: string): string {
  return `<p>${escapeHtml(text)}</p>`
}

function table(details: readonly (readonly [string, string])[]): string {
  const rows = details.map(
    ([label, value]) =>
      `<tr><th scope="row" style="text-align: left; padding-right: 1em; font-weight: normal; color: #666">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`,
  )
  return `<table style="border-spacing: 0">\n${rows.join('\n')}\n</table>`
}

function page(title: string, body: readonly string[]): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>`,
    '<body style="font-family: system-ui, sans-serif; line-height: 1.5; max-width: 36em">',
    ...body,
    '</body>',
    '</html>',
    '',
  ].join('\n')
}
