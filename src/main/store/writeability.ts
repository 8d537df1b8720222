/**
 * Whether the store takes messages, and why not; reading goes on. A lasting reason stays until the store is opened
 * again: nobody knows what the disk has of what it refused. A passing one is lifted by whoever set it.
 */

/** In the order they are told when there are several. */
const passingReasons = ['diskFull', 'quota', 'minFree', 'diskRatio'] as const
export type PassingReason = (typeof passingReasons)[number]
/** Why sends are refused; `diskError`: what the disk refused, lasting. */
export type RefusalCause = PassingReason | 'diskError'

export interface Refusal {
  readonly cause: RefusalCause
  /** In words a person can act on. */
  readonly reason: string
  /** Sending resumes by itself when it is over. */
  readonly isPassing: boolean
}

export class Writeability {
  /** Why not; undefined while messages are taken. */
  reason: string | undefined
  /** Its kind; undefined while messages are taken, and once the store is closed. */
  cause: RefusalCause | undefined
  private lasting: string | undefined
  private readonly passing = new Map<PassingReason, string>()

  /** @param onChange sending stopped or resumed; not called for another reason meanwhile, nor for `close`. */
  constructor(
    private readonly onChange: (refusal: Refusal | undefined) => void = () => undefined
  ) {}

  get isPassing(): boolean {
    return this.lasting === undefined && this.passing.size > 0
  }

  has(name: PassingReason): boolean {
    return this.passing.has(name)
  }

  /** Until the store was opened again. The first lasting reason stays. */
  refuse(reason: string): void {
    if (this.lasting !== undefined) return
    this.lasting = reason
    // More serious than a pause that was told of already.
    this.reason = reason
    this.cause = 'diskError'
    this.onChange({ cause: 'diskError', reason, isPassing: false })
  }

  /** Until `resume` of the same name; the text may change meanwhile. */
  pause(name: PassingReason, reason: string): void {
    this.passing.set(name, reason)
    this.update()
  }

  resume(name: PassingReason): void {
    if (this.passing.delete(name)) this.update()
  }

  /** As `refuse`, but no news: the owner asked for it. */
  close(reason: string): void {
    if (this.lasting === undefined) this.cause = undefined
    this.lasting ??= reason
    this.reason = this.lasting
  }

  private update(): void {
    if (this.lasting !== undefined) return
    const before = this.reason
    const first = passingReasons.find((name) => this.passing.has(name))
    this.cause = first
    this.reason = first && this.passing.get(first)
    if ((before === undefined) === (this.reason === undefined)) return
    this.onChange(
      first === undefined || this.reason === undefined
        ? undefined
        : { cause: first, reason: this.reason, isPassing: true }
    )
  }
}

const noRoomCodes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** The disk, the user's quota on it or the largest file it takes is used up: the same write may work later. */
export const isNoRoom = (error: unknown): boolean =>
  error instanceof Error && noRoomCodes.has((error as NodeJS.ErrnoException).code)

/** `ENOSPC: no space left on device` and the like, in one line. */
export const oneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ')

/** A write failed and left nothing: until there is room where it was for want of room, else until the store was opened again. */
export const refuseAfter = (what: string, error: unknown, writeability: Writeability): void => {
  if (isNoRoom(error))
    writeability.pause(
      'diskFull',
      `${what} failed: ${oneLine(error)}; the disk is full, free some room: sending resumes by itself`
    )
  else writeability.refuse(`${what} failed: ${oneLine(error)}`)
}
