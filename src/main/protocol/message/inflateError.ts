/** Why a body cannot be shown inflated. */
export type InflateProblem = 'TOO_LARGE' | 'DAMAGED'

export class InflateError extends Error {
  constructor(
    readonly problem: InflateProblem,
    message: string
  ) {
    super(message)
  }

  static tooLarge(maxBytes: number): InflateError {
    return new InflateError(
      'TOO_LARGE',
      `the body would be larger than ${maxBytes} bytes inflated; it is left as stored`
    )
  }
}
