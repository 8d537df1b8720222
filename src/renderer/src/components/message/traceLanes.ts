/** The drawing of a trace: who on Y, when on X; what happened is a shape and a colour. Pure. */
import type { TraceEventKind, TraceEventView } from '../../../../shared/traceViews'
import { traceTone } from './traceFacts'

export type LaneKind = 'producer' | 'store' | 'consumer' | 'nobody'

export interface Lane {
  key: string
  kind: LaneKind
  /** Of the group or the broker. */
  name: string
}

export type Tone = ReturnType<typeof traceTone>

export interface Mark {
  event: TraceEventView
  /** Place in the list of lanes. */
  lane: number
  tone: Tone
  /** 0 to 1, left to right. */
  x: number
  /** Where it ended, for what took time. */
  endX?: number
}

export interface TraceDrawing {
  lanes: Lane[]
  marks: Mark[]
  begin: number
  end: number
}

const producerKinds = new Set<TraceEventKind>([
  ...(['sent', 'transactionEnded', 'recalled', 'checked', 'rolledBack'] as const)
])

const laneOf = ({ kind, source, group, brokerName = '' }: TraceEventView): Lane => {
  if (source === 'store') return { key: `store ${brokerName}`, kind: 'store', name: brokerName }
  if (group === undefined) return { key: 'nobody', kind: 'nobody', name: '' }
  const laneKind = producerKinds.has(kind) ? 'producer' : 'consumer'
  return { key: `${laneKind} ${group}`, kind: laneKind, name: group }
}

const order: readonly LaneKind[] = ['producer', 'store', 'consumer', 'nobody']

/** Marks of one lane closer than this, as a share of the width, are moved apart: each can be pointed at. */
const LEAST_GAP = 0.022

const movedApart = (marks: readonly Mark[]): Mark[] => {
  const lastX = new Map<number, number>()
  const moved = marks.map((mark) => {
    const x = Math.max(mark.x, (lastX.get(mark.lane) ?? -1) + LEAST_GAP)
    lastX.set(mark.lane, x)
    return { ...mark, x, ...(mark.endX !== undefined && { endX: Math.max(x, mark.endX) }) }
  })
  const widest = Math.max(1, ...moved.map(({ x, endX = 0 }) => Math.max(x, endX)))
  return moved.map((mark) => ({
    ...mark,
    x: mark.x / widest,
    ...(mark.endX !== undefined && { endX: mark.endX / widest })
  }))
}

/** Undefined without events. Events are in the order of their times. */
export const drawTrace = (events: readonly TraceEventView[]): TraceDrawing | undefined => {
  if (events.length === 0) return undefined
  const byKey = new Map(events.map((event) => [laneOf(event).key, laneOf(event)]))
  const lanes = [...byKey.values()].sort(
    (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (a.name < b.name ? -1 : 1)
  )
  // A client's own record of consuming tells when it ended; of sending, when it began.
  const spans = events.map((event) => {
    const { at, costMs = 0, kind } = event
    return kind === 'consumed' ? { from: at - costMs, to: at } : { from: at, to: at + costMs }
  })
  const begin = Math.min(...spans.map(({ from }) => from))
  const end = Math.max(...spans.map(({ to }) => to))
  const share = (at: number) => (end === begin ? 0 : (at - begin) / (end - begin))
  const marks = events.map((event, i): Mark => {
    const { from, to } = spans[i]!
    return {
      event,
      lane: lanes.findIndex(({ key }) => key === laneOf(event).key),
      tone: traceTone(event),
      x: share(from),
      ...(to > from && { endX: share(to) })
    }
  })
  return { lanes, marks: movedApart(marks), begin, end }
}
