import { useState } from 'react'
import { CopyButton } from '../../ui/copy-button.tsx'

interface SampleRequestProps {
  /** A shell command with the secret filled in. */
  sample: string
  secret: string
  variable: string
}

/** A command that works at once, and the same one in a form that leaves the secret out of the shell’s history. */
export function SampleRequest({ sample, secret, variable }: SampleRequestProps) {
  const [form, setForm] = useState<'filled' | 'variable'>('filled')
  const filled = sample.trimEnd()
  // `read` without an echo: what is typed or pasted there is in no history.
  const asked = `read -rs ${variable} && export ${variable}\n${filled.replaceAll(secret, `$${variable}`)}`
  const shown = form === 'filled' ? filled : asked
  return (
    <section aria-label="Try it" className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-medium">Try it</h3>
        <fieldset className="flex gap-1" aria-label="Form of the command">
          <FormButton pressed={form === 'filled'} onPress={() => setForm('filled')}>
            Key filled in
          </FormButton>
          <FormButton pressed={form === 'variable'} onPress={() => setForm('variable')}>
            {`From $${variable}`}
          </FormButton>
        </fieldset>
      </div>
      <div className="flex flex-wrap items-start gap-2">
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of the keyboard.
          tabIndex={0}
          className="min-w-0 flex-1 basis-72 overflow-x-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-sm"
        >
          {shown}
        </pre>
        <CopyButton text={shown} label="Copy command" />
      </div>
      {form === 'variable' && (
        <p className="text-dim text-sm">
          Paste the secret when the first line waits; it is not echoed, and stays out of the shell’s history.
        </p>
      )}
    </section>
  )
}

function FormButton({ pressed, onPress, children }: { pressed: boolean; onPress: () => void; children: string }) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onPress}
      className="min-h-6 rounded-md px-2 text-dim text-sm hover:text-ink aria-pressed:bg-sunken aria-pressed:text-ink"
    >
      {children}
    </button>
  )
}
