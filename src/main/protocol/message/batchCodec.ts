/** The body of SEND_BATCH_MESSAGE. Java: MessageDecoder.encodeMessages, decodeMessages. */

export interface BatchItem {
  flag: number
  body: Buffer
  /** As on the wire. */
  properties: string
}

/** Bytes of an item without body and properties. */
const ITEM_FIXED_BYTES = 4 + 4 + 4 + 4 + 4 + 2

/** @throws RangeError when the bytes are no batch. */
export const decodeBatch = (bytes: Buffer): BatchItem[] => {
  const items: BatchItem[] = []
  for (let at = 0; at < bytes.length;) {
    if (at + ITEM_FIXED_BYTES > bytes.length) throw new RangeError('batch: torn item')
    const totalSize = bytes.readInt32BE(at)
    const bodyLength = bytes.readInt32BE(at + 16)
    const propertiesAt = at + 20 + bodyLength
    if (bodyLength < 0 || propertiesAt + 2 > bytes.length)
      throw new RangeError('batch: bad body length')
    const propertiesLength = bytes.readInt16BE(propertiesAt)
    const end = propertiesAt + 2 + propertiesLength
    if (propertiesLength < 0 || end > bytes.length || end - at !== totalSize)
      throw new RangeError('batch: bad item size')
    items.push({
      flag: bytes.readInt32BE(at + 12),
      body: bytes.subarray(at + 20, propertiesAt),
      properties: bytes.toString('utf8', propertiesAt + 2, end)
    })
    at = end
  }
  return items
}

export const encodeBatch = (items: readonly BatchItem[]): Buffer =>
  Buffer.concat(
    items.map(({ flag, body, properties }) => {
      const propertyBytes = Buffer.from(properties)
      const head = Buffer.alloc(20)
      head.writeInt32BE(ITEM_FIXED_BYTES + body.length + propertyBytes.length, 0)
      head.writeInt32BE(flag, 12)
      head.writeInt32BE(body.length, 16)
      const length = Buffer.alloc(2)
      length.writeInt16BE(propertyBytes.length)
      return Buffer.concat([head, body, length, propertyBytes])
    })
  )
