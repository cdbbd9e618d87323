import { Tooltip } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'

/** One popup for all hints of a page, however many rows have one. */
const hints = Tooltip.createHandle<ReactNode>()

interface HintedProps {
  hint: ReactNode
  /** What the hint is about; it must be in reach of the keyboard. */
  children: ReactElement
}

/** More about something, for whoever points at it or reaches it by keyboard. Needs `Hints` once around it. */
export function Hinted({ hint, children }: HintedProps) {
  return <Tooltip.Trigger handle={hints} payload={hint} delay={200} render={children} />
}

export function Hints() {
  return (
    <Tooltip.Root handle={hints}>
      {({ payload }) => (
        <Tooltip.Portal>
          <Tooltip.Positioner sideOffset={6} className="z-50">
            <Tooltip.Popup className="max-w-72 rounded-md bg-ink px-2.5 py-1.5 text-bg text-sm tabular-nums shadow-float">
              {payload}
            </Tooltip.Popup>
          </Tooltip.Positioner>
        </Tooltip.Portal>
      )}
    </Tooltip.Root>
  )
}
