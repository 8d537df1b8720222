/** Whether the store takes messages. The first reason stays; reading goes on. */
export class Writeability {
  private first: string | undefined

  get reason(): string | undefined {
    return this.first
  }

  refuse(reason: string): void {
    this.first ??= reason
  }
}

/** `ENOSPC: no space left on device` and the like, in one line. */
export const oneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ')
