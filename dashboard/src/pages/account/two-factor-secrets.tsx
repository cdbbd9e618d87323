import type { NewTwoFactor } from '@claviger/sdk'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Notice } from '../../ui/notice.tsx'

/** The one sight of what an authenticator needs, and of the codes for when it is lost. */
export function TwoFactorSecrets({ given }: { given: NewTwoFactor }) {
  return (
    <>
      <p>
        <a href={given.uri} className="text-accent-ink underline underline-offset-3">
          Open it in your authenticator
        </a>
        , or type this secret there:
      </p>
      <div className="flex flex-wrap items-center gap-2">
        <code className="min-w-0 break-all rounded-md bg-sunken px-2.5 py-1.5 font-mono">{given.secret}</code>
        <CopyButton text={given.secret} label="Copy secret" />
      </div>
      <Notice tone="warn" title="Keep these recovery codes. They are shown this once.">
        Each lets you in once, where you have lost the authenticator.
        <ul aria-label="Recovery codes" className="my-2 grid grid-cols-2 gap-1 font-mono text-ink max-sm:grid-cols-1">
          {given.recoveryCodes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <CopyButton text={given.recoveryCodes.join('\n')} label="Copy recovery codes" />
      </Notice>
      <p className="text-dim">Then give the code that it shows. The second step is on from then.</p>
    </>
  )
}
