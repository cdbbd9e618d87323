interface SparkProps {
  values: readonly number[]
  /** What it shows, in words. */
  label: string
}

const WIDTH = 56
const HEIGHT = 20

/** A row of small bars, for a glance; the words say the same. */
export function Spark({ values, label }: SparkProps) {
  const most = Math.max(1, ...values)
  const step = WIDTH / Math.max(1, values.length)
  const bars = values.map((value, at) => {
    const height = value === 0 ? 0 : Math.max(2, (value / most) * (HEIGHT - 2))
    return `M${at * step + 1} ${HEIGHT}v${-height}h${step - 2}v${height}z`
  })
  return (
    <svg role="img" aria-label={label} width={WIDTH} height={HEIGHT} className="block text-accent-ink">
      <path d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} className="stroke-line" />
      <path d={bars.join('')} fill="currentColor" />
    </svg>
  )
}
