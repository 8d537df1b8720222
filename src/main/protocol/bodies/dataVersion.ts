import { asObject, numberOf } from './read'

/** Counts the changes of a table. Java: DataVersion. */
export interface DataVersion {
  stateVersion: number
  timestamp: number
  counter: number
}

export const initialDataVersion = (now: number): DataVersion => ({
  stateVersion: 0,
  timestamp: now,
  counter: 0
})

export const nextDataVersion = (version: DataVersion, now: number): DataVersion => ({
  ...version,
  timestamp: now,
  counter: version.counter + 1
})

export const readDataVersion = (value: unknown): DataVersion => {
  const object = asObject(value) ?? {}
  return {
    stateVersion: numberOf(object.stateVersion, 0),
    timestamp: numberOf(object.timestamp, 0),
    counter: numberOf(object.counter, 0)
  }
}

/** As one word. */
export const versionText = ({ stateVersion, timestamp, counter }: DataVersion): string =>
  `${stateVersion}.${timestamp}.${counter}`

export const sameDataVersion = (a: DataVersion, b: DataVersion): boolean =>
  a.stateVersion === b.stateVersion && a.timestamp === b.timestamp && a.counter === b.counter
