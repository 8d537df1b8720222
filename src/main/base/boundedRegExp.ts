/** Regular expressions of people on hostile texts: V8 gives up on one that takes too long. */
import { createContext, Script } from 'node:vm'

/** Milliseconds a batch has before its texts are tested one by one. */
const BATCH_BUDGET_MS = 50

/** Only the watchdog of `vm` can interrupt an expression that backtracks; it starts once a run, not once a text. */
const script = new Script('texts.map((text) => expression.test(text))')

export class BoundedRegExp {
  private readonly context: { expression: RegExp; texts: readonly string[] }

  /** `budgetMs` for one text. @throws SyntaxError. */
  constructor(
    source: string,
    flags: string,
    private readonly budgetMs: number
  ) {
    this.context = { expression: new RegExp(source, flags.replace(/[gy]/g, '')), texts: [] }
    createContext(this.context)
  }

  /** For each text whether it matches; undefined where it took longer than the budget. */
  test(texts: readonly string[]): (boolean | undefined)[] {
    return (
      this.run(texts, BATCH_BUDGET_MS) ?? texts.map((text) => this.run([text], this.budgetMs)?.[0])
    )
  }

  private run(texts: readonly string[], timeout: number): boolean[] | undefined {
    this.context.texts = texts
    try {
      return script.runInContext(this.context, { timeout }) as boolean[]
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined
      throw error
    }
  }
}
