export interface Bar {
  /** When it begins. */
  start: string
  /** All that it says, in words. */
  label: string
  /** From the bottom up. */
  parts: readonly { value: number; tone: 'accent' | 'danger' }[]
}

const TONES = { accent: 'fill-accent-ink', danger: 'fill-danger' } as const

const WIDTH = 720
const HEIGHT = 160

/** Stacked bars over time, for a look; whoever reads finds the same numbers in a table beside it. */
export function Bars({ bars, label }: { bars: readonly Bar[]; label: string }) {
  const total = ({ parts }: Bar) => parts.reduce((sum, { value }) => sum + value, 0)
  const most = Math.max(1, ...bars.map(total))
  const step = WIDTH / Math.max(1, bars.length)
  return (
    <figure className="grid gap-1">
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-40 w-full"
      >
        {[0.25, 0.5, 0.75, 1].map((share) => (
          <path
            key={share}
            d={`M0 ${HEIGHT - share * (HEIGHT - 4)}H${WIDTH}`}
            className="stroke-line"
            vectorEffect="non-scaling-stroke"
          />
        ))}
        <path d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} className="stroke-line-strong" vectorEffect="non-scaling-stroke" />
        {bars.map((bar, at) => (
          <g key={bar.start}>
            <title>{bar.label}</title>
            <rect x={at * step} y={0} width={step} height={HEIGHT} fill="transparent" />
            <Stack parts={bar.parts} x={at * step} width={step} scale={(HEIGHT - 4) / most} />
          </g>
        ))}
      </svg>
      <figcaption className="flex justify-between text-dim text-xs">
        <span>{bars[0]?.start}</span>
        <span>{`highest: ${most.toLocaleString('en')}`}</span>
        <span>{bars.at(-1)?.start}</span>
      </figcaption>
    </figure>
  )
}

function Stack({ parts, x, width, scale }: { parts: Bar['parts']; x: number; width: number; scale: number }) {
  let base = HEIGHT
  return parts.map(({ value, tone }) => {
    const height = value === 0 ? 0 : Math.max(1.5, value * scale)
    base -= height
    return (
      <rect key={tone} x={x + width * 0.14} y={base} width={width * 0.72} height={height} className={TONES[tone]} />
    )
  })
}
