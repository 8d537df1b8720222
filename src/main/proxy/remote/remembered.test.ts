import { expect, test } from 'vitest'
import { ManualClock } from '../../base/clock'
import {
  MAX_METADATA,
  METADATA_PATIENCE_MS,
  METADATA_STALE_MS,
  METADATA_TTL_MS,
  Remembered
} from './remembered'

const create = () => {
  const clock = new ManualClock()
  const asked: { name: string; answer: (value: string) => void; fail: () => void }[] = []
  const remembered = new Remembered(
    clock,
    (name) =>
      new Promise<string>((resolve, reject) =>
        asked.push({ name, answer: resolve, fail: () => reject(new Error(name)) })
      )
  )
  return { clock, asked, remembered }
}

test('is asked once while it is young, also by many at a time', async () => {
  const { clock, asked, remembered } = create()
  const both = [remembered.get('T'), remembered.get('T')]
  asked[0]!.answer('1')
  expect(await Promise.all(both)).toEqual(['1', '1'])
  clock.advance(METADATA_TTL_MS - 1)
  expect(await remembered.get('T')).toBe('1')
  expect(asked).toHaveLength(1)
})

const old = async () => {
  const rig = create()
  const first = rig.remembered.get('T')
  rig.asked[0]!.answer('1')
  await first
  rig.clock.advance(METADATA_TTL_MS)
  return rig
}

test('is asked for again when it is old', async () => {
  const { asked, remembered } = await old()
  const again = [remembered.get('T'), remembered.get('T')]
  expect(asked).toHaveLength(2)
  asked[1]!.answer('2')
  expect(await Promise.all(again)).toEqual(['2', '2'])
})

test('serves on while the new answer is slow, but not for ever', async () => {
  const { clock, asked, remembered } = await old()
  const waiting = remembered.get('T')
  clock.advance(METADATA_PATIENCE_MS)
  expect(await waiting).toBe('1')
  expect(await remembered.get('T')).toBe('1')
  clock.advance(METADATA_STALE_MS - METADATA_TTL_MS)
  const fresh = remembered.get('T')
  expect(asked).toHaveLength(2)
  asked[1]!.answer('2')
  expect(await fresh).toBe('2')
})

test('its new answer counts from its question on', async () => {
  const { clock, asked, remembered } = await old()
  const again = remembered.get('T')
  clock.advance(METADATA_PATIENCE_MS)
  asked[1]!.answer('2')
  await again
  clock.advance(METADATA_TTL_MS - METADATA_PATIENCE_MS)
  void remembered.get('T')
  expect(asked).toHaveLength(3)
})

test('a failure is thrown and asked for again', async () => {
  const { asked, remembered } = create()
  const failing = remembered.get('T')
  asked[0]!.fail()
  await expect(failing).rejects.toThrow('T')
  void remembered.get('T')
  expect(asked).toHaveLength(2)
})

test('where asking again fails the old answer serves until it is too old', async () => {
  const { clock, asked, remembered } = await old()
  const served = remembered.get('T')
  asked[1]!.fail()
  expect(await served).toBe('1')
  clock.advance(METADATA_STALE_MS)
  const failing = remembered.get('T')
  asked[2]!.fail()
  await expect(failing).rejects.toThrow('T')
})

test('beyond the limit the oldest is forgotten', () => {
  const { asked, remembered } = create()
  for (let i = 0; i <= MAX_METADATA; i++) void remembered.get(`T${i}`)
  void remembered.get('T1')
  expect(asked).toHaveLength(MAX_METADATA + 1)
  void remembered.get('T0')
  expect(asked.at(-1)?.name).toBe('T0')
})
