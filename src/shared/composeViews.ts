/** What the composer is told. */
import type { ComposeForm, TransactionEnd } from './composeForm'
import type { Problem, SendResultView } from './views'

export interface ReplyView {
  /** As UTF-8 text, at most MAX_REPLY_CHARS characters; hostile text. */
  text: string
  isCut: boolean
  bodySize: number
  properties: [string, string][]
  tookMs: number
}

/** What became of one send. */
export interface ComposeResult {
  /** Absent for one-way: nobody says where it is, or whether. */
  result?: SendResultView
  /** Milliseconds until the answer, or until it was handed over. */
  tookMs: number
  /** Messages of it. */
  count: number
  msgId: string
  /** Of a message that waits for its time. */
  recallHandle?: string
  transactionEnd?: TransactionEnd
  /** Of a request: absent where nobody answered in time. */
  reply?: ReplyView
}

export type SentOutcome = { ok: true; result: ComposeResult } | { ok: false; problem: Problem }

/** A send as it is remembered, newest first. */
export interface SentView {
  id: string
  at: number
  form: ComposeForm
  /** False: it was longer than what is kept. */
  isBodyKept: boolean
  outcome: SentOutcome
}

export interface TemplateView {
  name: string
  at: number
  form: ComposeForm
}

export interface TransactionView {
  /** UNIQ_KEY of the half message. */
  id: string
  topic: string
  at: number
  preview: string
  /** `unknown`: the broker asks again. */
  state: TransactionEnd
  /** Times brokers asked, and what they were told. */
  checks: { at: number; answer: TransactionEnd }[]
  /** More than are listed. */
  checkCount: number
  /** The last answer a broker did not take. */
  problem?: Problem
}

export interface RunFailure {
  /** Message or row, from 1. */
  number: number
  problem: Problem
}

export interface RunView {
  id: string
  topic: string
  state: 'running' | 'done' | 'stopped'
  total: number
  /** Answered, or handed over in mode one-way. */
  sent: number
  failed: number
  tookMs: number
  /** Messages a second since it began. */
  rate: number
  /** Of the latest sends, in ms; absent before the first. */
  p50Ms?: number
  p99Ms?: number
  maxMs?: number
  /** The first ones. */
  failures: RunFailure[]
}
