import { expect, test } from 'vitest'
import type { MessageDetail } from '../../../../../shared/views'
import { exportRows } from '../../../format/exportRows'
import { exportColumns, exportedMessage } from './exportColumns'

const message = (body: Buffer): MessageDetail => ({
  ...{ topic: 'T', brokerName: 'broker-a', queueId: 0, queueOffset: 7, msgId: 'A' },
  ...{ offsetMsgId: 'B', tags: '', keys: '', bodySize: body.length, preview: '' },
  ...{ bornTimestamp: 1, storeTimestamp: 2, bornHost: 'h', storeHost: 's', storeSize: 9 },
  ...{ reconsumeTimes: 0, bodyCRC: 1, sysFlag: 0, flag: 0, preparedTransactionOffset: 0 },
  ...{ physicalOffset: 0, properties: [['p', 'v']], bodyBase64: body.toString('base64') },
  ...{ compression: 'none', inflated: false }
})

test('a file holds the body as text, and as Base64 where it is none', async () => {
  const binary = Buffer.from([0xff, 0xfe, 0, 1])
  const messages = [message(Buffer.from('{"商品":"书"}')), message(binary)].map(exportedMessage)
  const blob = await exportRows('json', exportColumns, messages)
  expect(JSON.parse(Buffer.from(await blob.arrayBuffer()).toString())).toMatchObject([
    {
      ...{ topic: 'T', queueOffset: 7, properties: '{"p":"v"}', body: '{"商品":"书"}' },
      ...{ bodyEncoding: 'text', storeTimestamp: '1970-01-01T00:00:00.002Z' }
    },
    { body: binary.toString('base64'), bodyEncoding: 'base64' }
  ])
})
