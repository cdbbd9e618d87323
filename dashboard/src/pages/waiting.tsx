import { SkeletonRows } from '../ui/skeleton.tsx'

/** While a screen comes that takes longer than a blink. */
export function Waiting() {
  return (
    <div className="mx-auto w-full max-w-5xl py-6">
      <SkeletonRows label="Loading" />
    </div>
  )
}
