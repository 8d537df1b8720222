/** 2. No phantom: nothing is readable or delivered that was never attempted, and no body differs from what was sent. */
import type { CaseFile, Copy } from '../caseFile'
import { placeOf } from '../observation'

const judgeCopy = (file: CaseFile, copy: Copy): string | undefined => {
  const message = copy.id === undefined ? undefined : file.tracked.get(copy.id)
  if (message === undefined) return `${copy.place}: a message nobody sent`
  if (copy.bodyHash !== message.bodyHash)
    return `${copy.place}: the body of ${message.id} is not what was sent`
  const here = message.sends.filter(
    ({ topic, queueId }) => topic === copy.topic && queueId === copy.queueId
  )
  if (here.length === 0) return `${copy.place}: ${message.id} was never sent to this queue`
  if (here.every(({ outcome }) => outcome === 'fail'))
    return `${copy.place}: ${message.id} was refused and is stored all the same`
  if (here.every((send) => file.mustBeDeleted(send)))
    return `${copy.place}: ${message.id} is back although its topic was deleted`
  return undefined
}

export const checkPhantoms = (file: CaseFile): string[] => [
  ...file.copies.map((copy) => judgeCopy(file, copy)).filter((found) => found !== undefined),
  ...file.receives.flatMap(({ topic, queueId, offset, id, bodyHash, group }) => {
    const sent = file.tracked.get(id)?.bodyHash
    if (sent === bodyHash) return []
    const what = sent === undefined ? 'a message nobody sent' : `${id} with another body`
    return [`${placeOf(topic, queueId, offset)}: ${group} received ${what}`]
  })
]
