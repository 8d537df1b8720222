/** Text of headers in Huffman code. RFC 7541, 5.2 and appendix B. */

/** Bits of each byte's code; the code is canonical, so they say everything. */
const lengths = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
  28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5,
  6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6,
  7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23,
  23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22,
  22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22,
  23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27,
  27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25,
  24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26
]

/** One level of eight bits. */
class Node {
  readonly children: (Node | undefined)[] = new Array<Node | undefined>(256).fill(undefined)
  readonly symbols = new Uint8Array(256)
  /** Bits of the symbol at this level; 0: there is none. */
  readonly bits = new Uint8Array(256)
}

const insert = (root: Node, symbol: number, code: number, length: number): void => {
  let node = root
  let left = length
  for (; left > 8; left -= 8) {
    const index = (code >>> (left - 8)) & 0xff
    node = node.children[index] ??= new Node()
  }
  const first = (code << (8 - left)) & 0xff
  for (let i = first; i < first + (1 << (8 - left)); i++) {
    node.symbols[i] = symbol
    node.bits[i] = left
  }
}

const build = (): Node => {
  const root = new Node()
  const order = lengths.map((length, symbol) => ({ length, symbol }))
  order.sort((a, b) => a.length - b.length || a.symbol - b.symbol)
  let code = 0
  let last = 0
  for (const { length, symbol } of order) {
    code <<= length - last
    last = length
    insert(root, symbol, code++, length)
  }
  return root
}

const root = build()

/** Shortest code, which is what text can grow by. */
const MIN_BITS = 5

/** @throws RangeError for what is no code. */
export const decodeHuffman = (source: Buffer, start: number, end: number): string => {
  const text = Buffer.allocUnsafe(Math.ceil(((end - start) * 8) / MIN_BITS))
  let length = 0
  let node = root
  let word = 0
  let count = 0
  for (let at = start; at < end; at++) {
    word = ((word << 8) | source[at]!) & 0xffff
    count += 8
    while (count >= 8) {
      const index = (word >>> (count - 8)) & 0xff
      const child = node.children[index]
      if (child) {
        node = child
        count -= 8
        continue
      }
      const bits = node.bits[index]!
      if (bits === 0) throw new RangeError('no Huffman code')
      text[length++] = node.symbols[index]!
      count -= bits
      node = root
    }
  }
  while (count > 0) {
    const index = (word << (8 - count)) & 0xff
    const bits = node.bits[index]!
    if (node.children[index] || bits === 0 || bits > count) break
    text[length++] = node.symbols[index]!
    count -= bits
    node = root
  }
  const padding = (1 << count) - 1
  if (count > 7 || node !== root || (word & padding) !== padding)
    throw new RangeError('Huffman code without its padding')
  return text.toString('latin1', 0, length)
}
