/** A configuration file as text: what it says, line by line, and the same file with some values changed. */
import type { ConfigValueType } from '../../../shared/configViews'
import { jsonEntries, editJson } from './jsonDocument'
import { editProperties, readProperties } from './propertiesDocument'

export interface DocumentEntry {
  readonly key: string
  readonly value: string
  /** First and last line, from 1. */
  readonly line: number
  readonly endLine: number
  /** Java refuses the whole file for it. */
  readonly isMalformed: boolean
}

/** Null removes a property; new ones go to the end. */
export type DocumentChanges = ReadonlyMap<string, string | null>

export interface ConfigDocument {
  /** Every property in the order of the text, also those a later one overrides. */
  read(text: string): readonly DocumentEntry[]
  /** Of a text that is right; all else in it stays as it is, as far as its format has such. */
  edit(text: string, changes: DocumentChanges): string
}

export const propertiesDocument: ConfigDocument = { read: readProperties, edit: editProperties }

/** A flat JSON object, as rmq-proxy.json is. */
export const jsonDocument = (
  typeOf: (key: string) => ConfigValueType | undefined
): ConfigDocument => ({
  read: jsonEntries,
  edit: (text, changes) => editJson(text, changes, typeOf)
})

/** Key to value; the last of a key wins. */
export const valuesIn = (document: Pick<ConfigDocument, 'read'>, text: string) =>
  new Map(document.read(text).map(({ key, value }) => [key, value] as const))
