/** What a person fills in for one kind of fault, and the draft it becomes. */
import {
  MAX_CLOCK_SKEW_MS,
  MAX_DISK_DELAY_MS,
  MAX_LINK_DELAY_MS
} from '../../../../../shared/faultLimits'
import type { FaultDraftInput, FaultKind } from '../../../../../shared/faultViews'

/** Kinds that ask for figures first; the others are set at once. */
export type AskingKind = Exclude<FaultKind, 'kill' | 'freeze'>

export const MIB = 1024 * 1024
export const MAX_ROOM_MIB = 1024 * 1024

/** Everything `shared/faultViews` says of a node that is no node; spelled here because that file carries zod. */
export const CLIENTS = 'clients'

export interface FaultForm {
  to: string
  effect: 'cut' | 'refuse' | 'delay'
  direction: 'both' | 'forth' | 'back'
  delayMs: number
  jitterMs: number
  readMs: number
  writeMs: number
  flushMs: number
  roomMib: number
  reads: boolean
  offsetSeconds: number
}

export const newFaultForm = (): FaultForm => ({
  to: CLIENTS,
  effect: 'cut',
  direction: 'both',
  delayMs: 200,
  jitterMs: 50,
  readMs: 0,
  writeMs: 20,
  flushMs: 200,
  roomMib: 0,
  reads: false,
  offsetSeconds: 60
})

export const limits = {
  linkMs: MAX_LINK_DELAY_MS,
  diskMs: MAX_DISK_DELAY_MS,
  skewSeconds: MAX_CLOCK_SKEW_MS / 1000
}

export const draftOf = (kind: AskingKind, node: string, form: FaultForm): FaultDraftInput => {
  switch (kind) {
    case 'link': {
      const { to, effect } = form
      const [delayMs, jitterMs] = [Math.round(form.delayMs), Math.round(form.jitterMs)]
      const direction = effect === 'refuse' ? 'both' : form.direction
      const slow = effect === 'delay' ? { delayMs, jitterMs } : {}
      return { kind, from: node, to, effect, direction, ...slow }
    }
    case 'slowDisk': {
      const [readMs, writeMs, flushMs] = [form.readMs, form.writeMs, form.flushMs].map(Math.round)
      return { kind, node, readMs, writeMs, flushMs }
    }
    case 'fullDisk':
      return { kind, node, roomBytes: Math.round(form.roomMib * MIB) }
    case 'failingDisk':
      return { kind, node, reads: form.reads }
    case 'clockSkew':
      return { kind, node, offsetMs: Math.round(form.offsetSeconds * 1000) }
  }
}

/** Nothing would go wrong. */
export const isPointless = (kind: AskingKind, form: FaultForm): boolean => {
  switch (kind) {
    case 'slowDisk':
      return form.readMs + form.writeMs + form.flushMs === 0
    case 'clockSkew':
      return form.offsetSeconds === 0
    case 'link':
      return form.effect === 'delay' && form.delayMs + form.jitterMs === 0
    default:
      return false
  }
}
