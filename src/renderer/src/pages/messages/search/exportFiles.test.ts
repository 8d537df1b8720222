import papa from 'papaparse'
import { expect, test } from 'vitest'
import type { MessageDetail } from '../../../../../shared/views'
import {
  csvOfMessages,
  exportColumns,
  jsonOfMessages,
  rowOfMessage,
  xlsxOfMessages
} from './exportFiles'

const message = (body: Buffer, more: Partial<MessageDetail> = {}): MessageDetail => ({
  ...{
    topic: 'T',
    brokerName: 'broker-a',
    queueId: 0,
    queueOffset: 7,
    msgId: 'A',
    offsetMsgId: 'B'
  },
  ...{
    tags: '',
    keys: '',
    bodySize: body.length,
    preview: '',
    bornTimestamp: 1,
    storeTimestamp: 2
  },
  ...{ bornHost: 'h', storeHost: 's', storeSize: 9, reconsumeTimes: 0, bodyCRC: 1, sysFlag: 0 },
  ...{ flag: 0, preparedTransactionOffset: 0, physicalOffset: 0, properties: [['p', 'v']] },
  ...{ bodyBase64: body.toString('base64'), compression: 'none', inflated: false },
  ...more
})

test('JSON holds the body as text, and as Base64 where it is none', () => {
  const binary = Buffer.from([0xff, 0xfe, 0, 1])
  const read = JSON.parse(jsonOfMessages([message(Buffer.from('{"商品":"书"}')), message(binary)])) as Record<string, unknown>[] // prettier-ignore
  expect(read).toMatchObject([
    { topic: 'T', properties: { p: 'v' }, body: '{"商品":"书"}', bodyEncoding: 'text' },
    { body: binary.toString('base64'), bodyEncoding: 'base64' }
  ])
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =HYPERLINK("http://x")', '\n=cmd'])(
  'a spreadsheet is not told to run %j',
  async (body) => {
    const csv = await csvOfMessages([message(Buffer.from(body), { keys: body })])
    const { data } = papa.parse<Record<string, string>>(csv.replace(/^\uFEFF/, ''), { header: true, skipEmptyLines: true }) // prettier-ignore
    expect(data).toHaveLength(1)
    expect(data[0]?.body).toBe(`'${body}`)
    expect(data[0]?.keys).toBe(`'${body}`)
  }
)

test('commas, quotes and line ends of a body stay in its cell', async () => {
  const body = 'a,"b"\r\nc'
  const csv = await csvOfMessages([message(Buffer.from(body)), message(Buffer.from('d'))])
  const { data } = papa.parse<string[]>(csv.replace(/^\uFEFF/, ''), { skipEmptyLines: true })
  expect(data[0]).toEqual([...exportColumns])
  expect(data.slice(1).map((row) => row.at(-1))).toEqual([body, 'd'])
  expect(data[1]).toHaveLength(exportColumns.length)
})

test('an XLSX file takes what Excel refuses, cut and marked', async () => {
  const bodies = ['\u0001bad\ud800', 'x'.repeat(40_000), '=1+1']
  const blob = await xlsxOfMessages(bodies.map((body) => message(Buffer.from(body))))
  const bytes = Buffer.from(await blob.arrayBuffer())
  expect(bytes.subarray(0, 2).toString()).toBe('PK')
  expect(rowOfMessage(message(Buffer.from('=1+1'))).at(-1)).toBe('=1+1')
})
