import { expect, test } from 'vitest'
import { sysFlagNames } from './sysFlags'

test.each([
  [0, []],
  [1, ['COMPRESSED_FLAG']],
  [0x0c, ['TRANSACTION_ROLLBACK_TYPE']],
  [0x201 | 0x08, ['COMPRESSED_FLAG', 'TRANSACTION_COMMIT_TYPE', 'COMPRESSION_ZSTD_TYPE']],
  [0x30, ['BORNHOST_V6_FLAG', 'STOREHOSTADDRESS_V6_FLAG']],
  [0x1002, ['MULTI_TAGS_FLAG', '0x1000']],
  [-2147483648, ['0x80000000']]
])('%i is %j', (sysFlag, names) => {
  expect(sysFlagNames(sysFlag)).toEqual(names)
})
