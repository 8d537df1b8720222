/** How a method of the contract is declared. */
import { z } from 'zod'

export interface Method<P extends z.ZodType, R> {
  readonly params: P
  /** Never present at run time; carries the result type. */
  readonly returns?: () => R
}

export const method =
  <R>() =>
  <P extends z.ZodType>(params: P): Method<P, R> => ({ params })

/** A method without parameters. */
export const none = z.undefined()
