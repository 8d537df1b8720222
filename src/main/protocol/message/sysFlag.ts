/** Bits of a message's sysFlag. Java: MessageSysFlag. */
export const MessageSysFlag = {
  COMPRESSED_FLAG: 0x001,
  MULTI_TAGS_FLAG: 0x002,
  TRANSACTION_NOT_TYPE: 0x000,
  TRANSACTION_PREPARED_TYPE: 0x004,
  TRANSACTION_COMMIT_TYPE: 0x008,
  TRANSACTION_ROLLBACK_TYPE: 0x00c,
  BORNHOST_V6_FLAG: 0x010,
  STOREHOSTADDRESS_V6_FLAG: 0x020,
  NEED_UNWRAP_FLAG: 0x040,
  INNER_BATCH_FLAG: 0x080,
  COMPRESSION_TYPE_MASK: 0x700
} as const

export const transactionType = (sysFlag: number): number =>
  sysFlag & MessageSysFlag.TRANSACTION_ROLLBACK_TYPE

/** Old clients set the compressed bit alone and mean zlib. */
export const compressionOf = (sysFlag: number): 'none' | 'lz4' | 'zstd' | 'zlib' => {
  if ((sysFlag & MessageSysFlag.COMPRESSED_FLAG) === 0) return 'none'
  switch (sysFlag & MessageSysFlag.COMPRESSION_TYPE_MASK) {
    case 0x100:
      return 'lz4'
    case 0x200:
      return 'zstd'
    default:
      return 'zlib'
  }
}
