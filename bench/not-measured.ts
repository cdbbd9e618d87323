/** Something that a measurement needs is not there. The others go on; the report says which one is missing, and why. */
export class NotMeasured extends Error {
  override readonly name = 'NotMeasured'
}
