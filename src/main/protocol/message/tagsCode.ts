/** Java's String.hashCode: 32-bit, over UTF-16 units. */
export const javaHashCode = (text: string): number => javaHashCodeBehind(0, text)

/** The hash of two texts joined, from that of the first. */
export const javaHashCodeBehind = (before: number, text: string): number => {
  let hash = before
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}

/** What a consume queue entry holds for a message's TAGS; 0 without a tag. Java: MessageExtBrokerInner.tagsString2tagsCode. */
export const tagsCodeOf = (tags: string | undefined): number =>
  tags === undefined || tags === '' ? 0 : javaHashCode(tags)
