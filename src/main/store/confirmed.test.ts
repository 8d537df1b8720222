import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Emitter } from '../base/emitter'
import type { ReplicationGate } from './replica'
import { message, pull, StoreRig } from './storeRig'

/** Confirms up to where it is told. */
class Gate implements ReplicationGate {
  readonly confirmed = new Emitter<void>()
  confirmedEnd = 0

  refusal(): undefined {
    return undefined
  }

  replicated(): 'PUT_OK' {
    return 'PUT_OK'
  }

  confirm(end: number): void {
    this.confirmedEnd = end
    this.confirmed.emit()
  }
}

let rig: StoreRig
let gate: Gate
let arrived: number[]

beforeEach(async () => {
  rig = new StoreRig()
  await rig.open()
  gate = new Gate()
  arrived = []
  rig.store.arrivals.on(({ queueOffset }) => arrived.push(queueOffset))
})
afterEach(() => rig.dispose())

const put = async (count: number): Promise<number[]> => {
  const offsets: number[] = []
  for (let i = 0; i < count; i++) {
    const result = await rig.store.putMessage(message('T', String(i)))
    if (result.status !== 'PUT_OK') throw new Error(result.status)
    offsets.push(result.physicalOffsets[0]!)
  }
  return offsets
}

const seen = async (offset: number): Promise<[string, number, number]> => {
  const { status, messages, maxOffset } = await pull(rig.store, { topic: 'T', offset })
  return [status, messages.length, maxOffset]
}

describe('what is not confirmed', () => {
  test('is not read and not told, and no reader is corrected for it', async () => {
    await put(2)
    rig.store.replica.useGate(gate)
    gate.confirm(rig.store.replica.end)
    await put(3)
    expect(arrived).toEqual([0, 1])
    expect(await seen(0)).toEqual(['FOUND', 2, 2])
    expect(await seen(2)).toEqual(['OFFSET_OVERFLOW_ONE', 0, 2])
    expect(await seen(4)).toEqual(['OFFSET_OVERFLOW_ONE', 0, 2])
    expect(await seen(6)).toEqual(['OFFSET_OVERFLOW_BADLY', 0, 2])
    expect(rig.store.getMaxOffsetInQueue('T', 0)).toBe(2)
  })

  test('comes in order as it is confirmed', async () => {
    rig.store.replica.useGate(gate)
    const offsets = await put(4)
    expect(await seen(0)).toEqual(['OFFSET_OVERFLOW_ONE', 0, 0])
    gate.confirm(offsets[2]!)
    expect(arrived).toEqual([0, 1])
    expect(await seen(0)).toEqual(['FOUND', 2, 2])
    gate.confirm(rig.store.replica.end)
    expect(arrived).toEqual([0, 1, 2, 3])
    expect(await seen(1)).toEqual(['FOUND', 3, 4])
  })

  test('is all there where nobody confirms any more', async () => {
    rig.store.replica.useGate(gate)
    await put(3)
    rig.store.replica.useGate(undefined)
    expect(arrived).toEqual([0, 1, 2])
    expect(await seen(0)).toEqual(['FOUND', 3, 3])
  })
})
