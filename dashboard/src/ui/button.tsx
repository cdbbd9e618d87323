import { type ComponentPropsWithRef, useId } from 'react'

const LOOKS = {
  primary: 'bg-accent text-on-accent hover:brightness-110 border-transparent',
  secondary: 'bg-surface text-ink border-line-strong/45 hover:bg-sunken',
  quiet: 'bg-transparent text-dim border-transparent hover:bg-sunken hover:text-ink',
  danger: 'bg-danger-fill text-white border-transparent hover:brightness-110',
} as const

const SIZES = {
  normal: 'h-8 px-3',
  small: 'h-7 px-2 text-sm',
  icon: 'size-7 justify-center',
} as const

export interface ButtonLook {
  look?: keyof typeof LOOKS
  size?: keyof typeof SIZES
}

/** Also for a link that looks like a button. */
export function buttonStyle({ look = 'secondary', size = 'normal' }: ButtonLook = {}): string {
  return `inline-flex select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium transition-[background,filter] ${LOOKS[look]} ${SIZES[size]} aria-disabled:cursor-not-allowed aria-disabled:opacity-55 aria-disabled:hover:brightness-100`
}

export interface ButtonProps extends ComponentPropsWithRef<'button'>, ButtonLook {
  /** Why it cannot be pressed now; null: it can, at the moment. It stays in reach of the keyboard, so that everybody can learn the reason. */
  blocked?: string | null | undefined
  /** What was asked for is under way. */
  busy?: boolean
}

export function Button({
  look,
  size,
  blocked,
  busy = false,
  className = '',
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  const reasonId = useId()
  const isBlocked = typeof blocked === 'string'
  const inert = isBlocked || busy
  const button = (
    <button
      {...rest}
      type={inert ? 'button' : type}
      className={`${buttonStyle({ ...(look && { look }), ...(size && { size }) })} ${className}`}
      aria-disabled={inert || undefined}
      aria-busy={busy || undefined}
      aria-describedby={isBlocked ? reasonId : rest['aria-describedby']}
      onClick={inert ? undefined : onClick}
    >
      {busy && <Spinner />}
      {children}
    </button>
  )
  if (blocked === undefined) return button
  // What can be blocked stands in the same place when it no longer is: focus that is on it stays there.
  if (!isBlocked) return <span className="contents">{button}</span>
  return (
    <span className="group/blocked relative inline-flex">
      {button}
      <span
        id={reasonId}
        role="tooltip"
        className="pointer-events-none invisible absolute top-full inset-e-0 z-30 mt-1.5 w-max max-w-64 rounded-md bg-ink px-2.5 py-1.5 text-bg text-sm shadow-float group-focus-within/blocked:visible group-hover/blocked:visible"
      >
        {blocked}
      </span>
    </span>
  )
}

function Spinner() {
  return (
    <span
      aria-hidden="true"
      className="size-3.5 animate-spin rounded-full border-2 border-current border-t-transparent opacity-80"
    />
  )
}
