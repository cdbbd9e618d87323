import type { Metric, MetricValueWithName, Registry } from 'prom-client'

/**
 * A Prometheus histogram for what happens on every request: noting a time is a few comparisons, where the library's own
 * costs more than the verdict that it times.
 * @param bounds upper bounds of the buckets, ascending, in seconds.
 */
export function registerTimes(
  register: Registry,
  { name, help, bounds }: { name: string; help: string; bounds: readonly number[] },
): (seconds: number) => void {
  // The last one is of whatever is above all bounds.
  const counts = new Array<number>(bounds.length + 1).fill(0)
  let sum = 0
  const metric = {
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    async get() {
      let count = 0
      const values: MetricValueWithName<'le'>[] = counts.map((times, at) => {
        count += times
        return { metricName: `${name}_bucket`, labels: { le: bounds[at] ?? '+Inf' }, value: count }
      })
      values.push({ metricName: `${name}_sum`, labels: {}, value: sum })
      values.push({ metricName: `${name}_count`, labels: {}, value: count })
      return { name, help, type: 'histogram', aggregator: 'sum', values }
    },
  }
  // The registry asks no more of a metric than this.
  register.registerMetric(metric as unknown as Metric)
  return (seconds) => {
    sum += seconds
    let at = 0
    while (at < bounds.length && seconds > (bounds[at] as number)) at++
    counts[at] = (counts[at] as number) + 1
  }
}
