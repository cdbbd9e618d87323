import type { ReactNode } from 'react'

/** Drawn on a grid of 16, in the colour of the text beside them. They say nothing themselves: a word stands beside each. */
function icon(drawing: ReactNode, direction = '') {
  return function Icon({ className = 'size-4' }: { className?: string }) {
    return (
      <svg aria-hidden="true" viewBox="0 0 16 16" className={`icon ${className} ${direction}`}>
        {drawing}
      </svg>
    )
  }
}

export const CheckIcon = icon(<path d="m3.5 8.5 3 3 6-7" />)
export const CrossIcon = icon(<path d="m4 4 8 8m0-8-8 8" />)
export const PlusIcon = icon(<path d="M8 3v10M3 8h10" />)
export const MoreIcon = icon(<path d="M8 3.5v.01M8 8v.01M8 12.5v.01" className="stroke-2" />)
export const SearchIcon = icon(
  <>
    <circle cx="7" cy="7" r="4.25" />
    <path d="m10.5 10.5 3 3" />
  </>,
)
export const CopyIcon = icon(
  <>
    <rect x="5.5" y="5.5" width="7.5" height="8" rx="1.5" />
    <path d="M10.5 3.5v-.25A1.25 1.25 0 0 0 9.25 2h-5A1.25 1.25 0 0 0 3 3.25v6A1.25 1.25 0 0 0 4.25 10.5" />
  </>,
)
export const ClockIcon = icon(
  <>
    <circle cx="8" cy="8" r="5.5" />
    <path d="M8 5v3l2 1.5" />
  </>,
)
export const PauseIcon = icon(<path d="M6 4.5v7M10 4.5v7" />)
export const BanIcon = icon(
  <>
    <circle cx="8" cy="8" r="5.5" />
    <path d="m4.25 11.75 7.5-7.5" />
  </>,
)
export const AlertIcon = icon(
  <>
    <path d="M8 2.5 14 13H2z" />
    <path d="M8 6.5v3M8 11.25v.01" />
  </>,
)
export const DotIcon = icon(<circle cx="8" cy="8" r="3" fill="currentColor" stroke="none" />)
export const ChevronDownIcon = icon(<path d="m4 6 4 4 4-4" />)
/** Where one reads from right to left, back and on are the other way round. */
const MIRRORED = 'rtl:-scale-x-100'
export const ChevronLeftIcon = icon(<path d="m10 4-4 4 4 4" />, MIRRORED)
export const ChevronRightIcon = icon(<path d="m6 4 4 4-4 4" />, MIRRORED)
export const ArrowUpIcon = icon(<path d="M8 13V3m-4 4 4-4 4 4" />)
export const ArrowDownIcon = icon(<path d="M8 3v10m-4-4 4 4 4-4" />)
export const KeyIcon = icon(
  <>
    <circle cx="5.5" cy="8" r="3" />
    <path d="M8.5 8H14m-2 0v2.5" />
  </>,
)
export const DownloadIcon = icon(<path d="M8 2.5v8m-3-3 3 3 3-3M3 13.5h10" />)
