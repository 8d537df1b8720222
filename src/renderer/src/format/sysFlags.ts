/** The bits of a message's sysFlag by their names. Java: MessageSysFlag. */

const bits: readonly [number, string][] = [
  [0x01, 'COMPRESSED_FLAG'],
  [0x02, 'MULTI_TAGS_FLAG'],
  [0x10, 'BORNHOST_V6_FLAG'],
  [0x20, 'STOREHOSTADDRESS_V6_FLAG'],
  [0x40, 'NEED_UNWRAP_FLAG'],
  [0x80, 'INNER_BATCH_FLAG']
]
const transactions = new Map([
  [0x04, 'TRANSACTION_PREPARED_TYPE'],
  [0x08, 'TRANSACTION_COMMIT_TYPE'],
  [0x0c, 'TRANSACTION_ROLLBACK_TYPE']
])
const compressions = new Map([
  [0x100, 'COMPRESSION_LZ4_TYPE'],
  [0x200, 'COMPRESSION_ZSTD_TYPE'],
  [0x300, 'COMPRESSION_ZLIB_TYPE']
])

const known = bits.reduce((all, [bit]) => all | bit, 0x0c | 0x700)

/** Bits without a name are given as a number. */
export const sysFlagNames = (sysFlag: number): string[] => {
  const rest = sysFlag & ~known
  return [
    ...bits.flatMap(([bit, name]) => ((sysFlag & bit) === 0 ? [] : [name])),
    ...[transactions.get(sysFlag & 0x0c), compressions.get(sysFlag & 0x700)].flatMap((one) => one ?? []), // prettier-ignore
    ...(rest === 0 ? [] : [`0x${(rest >>> 0).toString(16)}`])
  ]
}
