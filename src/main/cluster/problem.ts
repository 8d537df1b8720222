import type { Problem } from '../../shared/views'

/** A failure the window or the command line can tell with a cause and a cure; it crosses every border as data. */
export class ProblemError extends Error {
  readonly code: string
  readonly params: Record<string, string | number>

  constructor(
    code: string,
    params: Record<string, string | number>,
    message: string,
    options?: ErrorOptions
  ) {
    super(message, options)
    this.name = 'ProblemError'
    this.code = code
    this.params = params
  }

  toProblem(): Problem {
    return { code: this.code, message: this.message, params: this.params }
  }
}

export const problemError = ({ code, message, params }: Problem): ProblemError =>
  new ProblemError(code, params ?? {}, message)

/** Any thrown thing as data; what nobody foresaw is INTERNAL. */
export const problemOf = (error: unknown): Problem =>
  error instanceof ProblemError
    ? error.toProblem()
    : { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) }
