/** 8. Index agrees with log: every key of every readable message finds it, and every hit is a message with that key. */
import type { CaseFile, Copy } from '../caseFile'
import { placeOf, type ObservedLookup } from '../observation'

const nameOf = (topic: string, key: string): string => JSON.stringify([topic, key])

const judgeLookup = (file: CaseFile, lookup: ObservedLookup, due: readonly Copy[]): string[] => {
  const { topic, key, maxNum, hits } = lookup
  const sentences: string[] = []
  const found = new Set<string>()
  for (const hit of hits) {
    const place = placeOf(hit.topic, hit.queueId, hit.offset)
    if (found.has(place)) sentences.push(`${place}: given twice for the key ${key}`)
    found.add(place)
    if (hit.topic !== topic || !hit.keys.includes(key))
      sentences.push(`${place}: given for the key ${key} of ${topic}, which it does not have`)
    else if (file.byPlace.get(place)?.keys.includes(key) !== true)
      sentences.push(`${place}: given for the key ${key} and not readable in its queue`)
  }
  if (hits.length >= maxNum) return sentences
  for (const { place } of due)
    if (!found.has(place)) sentences.push(`${place}: not found by its key ${key}`)
  return sentences
}

export const checkIndex = (file: CaseFile): string[] => {
  const due = new Map<string, Copy[]>()
  for (const copy of file.copies)
    for (const key of new Set(copy.keys)) {
      const name = nameOf(copy.topic, key)
      const known = due.get(name)
      if (known) known.push(copy)
      else due.set(name, [copy])
    }
  const asked = new Set(file.observation.lookups.map(({ topic, key }) => nameOf(topic, key)))
  if (file.expectations.index !== 'as asked')
    for (const [name, copies] of due)
      if (!asked.has(name))
        throw new Error(`no verdict on the index: ${copies[0]!.place} was not asked for by ${name}`)
  return file.observation.lookups.flatMap((lookup) =>
    judgeLookup(file, lookup, due.get(nameOf(lookup.topic, lookup.key)) ?? [])
  )
}
