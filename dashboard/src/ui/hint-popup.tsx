import { Tooltip } from '@base-ui/react/tooltip'

/** What is told about an element, beside it. */
export function HintPopup({ anchor, text }: { anchor: HTMLElement; text: string }) {
  return (
    <Tooltip.Root open>
      <Tooltip.Portal>
        <Tooltip.Positioner anchor={anchor} sideOffset={6} className="z-50 data-anchor-hidden:hidden">
          <Tooltip.Popup
            data-hint-popup
            className="max-w-72 whitespace-pre-line rounded-md bg-ink px-2.5 py-1.5 text-bg text-sm tabular-nums shadow-float"
          >
            {text}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
