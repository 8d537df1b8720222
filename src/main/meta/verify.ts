import { isKeyId, keyOfId } from './document'
import { openLineBytes } from './line'

const NEWLINE = 0x0a

export interface BadLine {
  /** Counted from 1. */
  readonly number: number
  /** A guess from what is still legible. */
  readonly key: string | undefined
}

/** What a file says, line by line, and where it cannot be believed. */
export interface VerifiedFile {
  /** `v` of every live document by `_id`. */
  readonly documents: Map<string, unknown>
  /** `_id`s the file says were removed. */
  readonly removed: Set<string>
  readonly badLines: readonly BadLine[]
  /** What follows the last line end and is not a whole line. */
  readonly tornTail: Buffer | undefined
}

interface ParsedLine {
  readonly id: string
  readonly isRemoved: boolean
  readonly v: unknown
}

const parseLine = (bytes: Buffer): ParsedLine | undefined => {
  try {
    const document = JSON.parse(openLineBytes(bytes)) as Readonly<Record<string, unknown>>
    const id = document['_id']
    if (typeof id !== 'string') return undefined
    return { id, isRemoved: document['$$deleted'] === true, v: document['v'] }
  } catch {
    // Any reason not to believe the line is the same to the caller.
    return undefined
  }
}

const legibleKey = (bytes: Buffer): string | undefined => {
  const quoted = /"_id":("(?:[^"\\]|\\.)*")/.exec(bytes.toString('utf8'))?.[1]
  if (quoted === undefined) return undefined
  try {
    const id = JSON.parse(quoted) as string
    return isKeyId(id) ? keyOfId(id) : undefined
  } catch {
    // Not legible after all.
    return undefined
  }
}

/** Judges every line by its checksum; NeDB would count damage and then rewrite the file without it. */
export const verifyContent = (content: Buffer): VerifiedFile => {
  const documents = new Map<string, unknown>()
  const removed = new Set<string>()
  const badLines: BadLine[] = []
  let tornTail: Buffer | undefined
  let number = 0
  for (let start = 0, end: number; start < content.length; start = end + 1) {
    const newline = content.indexOf(NEWLINE, start)
    end = newline < 0 ? content.length : newline
    number += 1
    const bytes = content.subarray(start, end)
    if (bytes.length === 0) continue
    const line = parseLine(bytes)
    if (!line) {
      if (newline < 0) tornTail = bytes
      else badLines.push({ number, key: legibleKey(bytes) })
    } else if (line.isRemoved) {
      documents.delete(line.id)
      removed.add(line.id)
    } else {
      documents.set(line.id, line.v)
      removed.delete(line.id)
    }
  }
  return { documents, removed, badLines, tornTail }
}
