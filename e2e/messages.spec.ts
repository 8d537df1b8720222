/** The Messages page: found by every form, looked at, and what is done with a message. */
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import papa from 'papaparse'
import { accessibilityProblems } from './pages/accessibility'
import { expect, test as base } from './fixture'
import { overflow } from './pages/overflow'
import { openClient } from './storedMessages'

const test = base.extend<{ client: ReturnType<typeof openClient> }>({
  client: async ({ app }, use) => {
    const client = openClient(app)
    await use(client)
    await client.close()
  }
})

const saved = async (page: Page, click: () => Promise<void>): Promise<Buffer> => {
  const download = page.waitForEvent('download')
  await click()
  return readFileSync(await (await download).path())
}

test('a message is found by each form of what is known of it', async ({ app, clients, client }) => {
  await clients.createTopic('Orders', 1)
  await client.send({ topic: 'Orders', body: Buffer.from('paper'), keys: 'k-1', tags: 'TagA' })
  const pen = await client.send({
    ...{ topic: 'Orders', body: Buffer.from('a pen, order-17'), keys: 'k-2', tags: 'TagB' },
    properties: [['region', 'north']]
  })
  await app.open('messages')
  const { messages } = app
  const forms: [Record<string, string>, string?][] = [
    [{ 'Message id': pen.msgId }],
    [{ 'Message id': pen.msgId }, ''],
    [{ 'Message id': pen.offsetMsgId }, ''],
    [{ Key: 'k-2' }],
    [{ Tag: 'TagB' }],
    [{ Property: 'region', Value: 'north' }],
    [{ 'Body contains': 'A PEN' }],
    [{ 'Body matches': 'order-\\d+$' }],
    [{ 'Offset from': '1', 'Offset to': '1' }]
  ]
  for (const [fields, topic = 'Orders'] of forms) {
    await messages.search(topic, fields)
    await expect(messages.count('matched'), JSON.stringify(fields)).toContainText('1')
    await expect(messages.found('order-17')).toBeVisible()
    await expect(messages.found('paper')).toBeHidden()
  }
  // A range of time, by its shortcut.
  await messages.search('Orders')
  await app.page.getByRole('button', { name: '15 min' }).click()
  await app.page.getByTestId('search-start').click()
  await expect(messages.count('matched')).toContainText('2')
  await expect(messages.count('scanned')).toContainText('2')
  await expect(messages.count('remaining')).toContainText('0')

  // What the id says of itself, while it is typed.
  await app.page.getByLabel('Message id', { exact: true }).fill(pen.offsetMsgId)
  await expect(app.page.getByText(/Offset id: broker 127\.0\.0\.1:\d+/)).toBeVisible()
  // A broken expression is told while it is typed.
  await app.page.getByLabel('Body matches', { exact: true }).fill('(')
  await expect(app.page.getByText(/Not a regular expression/)).toBeVisible()
  await expect(app.page.getByTestId('search-start')).toBeDisabled()
})

test('a long search stops by itself, goes on, is stopped, and its rows are all there', async ({
  app,
  clients,
  client
}) => {
  await clients.createTopic('Many', 1)
  await client.sendMany('Many', 6000, (i) => `body ${i}`)
  await app.open('messages')
  const { messages } = app
  await messages.search('Many')
  await expect(app.page.getByTestId('search-state')).toContainText('what is left has not')
  await expect(messages.count('matched')).toContainText(/ [2-5],\d{3}/)
  await app.page.getByTestId('search-go-on-all').click()
  await expect(messages.count('matched')).toContainText('6,000')
  await expect(messages.count('remaining')).toContainText('0')
  // Newest first: the last row is the first message.
  await app.page.getByTestId('found-0').focus()
  await app.page.keyboard.press('End')
  await expect(messages.found('body 0')).toBeVisible()
  await app.page.keyboard.press('Enter')
  await expect(messages.detail).toContainText('body 0')
  await app.page.keyboard.press('Escape')

  // Slow on purpose: each body costs the expression its time.
  await clients.createTopic('Slow', 1)
  await client.sendMany('Slow', 20_000, () => `${'a'.repeat(14)}!`)
  await app.page.reload()
  await messages.search('Slow', { 'Body matches': '^(a+)+$' })
  await app.page.getByTestId('search-stop').click()
  await expect(app.page.getByTestId('search-state')).toContainText('what is left has not')
  await expect(messages.count('remaining')).not.toContainText(/remaining 0$/)
  await expect(app.page.getByTestId('search-go-on')).toBeVisible()
})

test('a hostile body is only ever shown, in each view', async ({ app, clients, client }) => {
  await clients.createTopic('Hostile', 1)
  const hostile = '{"html":"<img src=x onerror=window.__pwned=1>","n":12345678901234567890}'
  await client.send({ topic: 'Hostile', body: Buffer.from(hostile), keys: '<script>x</script>' })
  const gbk = Buffer.from('B6A9B5A5D2D1B4B4BDA8', 'hex')
  await client.send({ topic: 'Hostile', body: gbk })
  await app.open('messages')
  const { messages, page } = app
  await messages.search('Hostile')
  await messages.found('onerror').click()
  const { detail } = messages
  await expect(detail.getByTestId('body-json')).toContainText('12345678901234567890')
  await detail.getByTestId('body-tab-text').click()
  await expect(detail.getByTestId('body-text')).toHaveText(hostile)
  await detail.getByTestId('body-tab-hex').click()
  await expect(detail.getByTestId('body-hex')).toContainText('7b 22 68 74 6d 6c')
  await detail.getByTestId('body-tab-base64').click()
  await expect(detail.getByTestId('body-base64')).toHaveText(Buffer.from(hostile).toString('base64')) // prettier-ignore
  const file = await saved(page, () => detail.getByLabel('Save body as file').click())
  expect(file.toString()).toBe(hostile)
  expect(await page.evaluate('window.__pwned')).toBeUndefined()
  expect(await accessibilityProblems(page)).toEqual([])

  // Chosen for comparing, then beside another.
  await detail.getByRole('button', { name: 'Compare …' }).click()
  await page.keyboard.press('Escape')
  await page.getByTestId('found-0').click()
  await expect(detail.getByTestId('body-text')).toHaveText('订单已创建')
  await expect(detail.getByTestId('body-detected')).toContainText('GB18030')
  await detail.getByRole('button', { name: 'Compare with the chosen one' }).click()
  await expect(page.getByTestId('compare-sides')).toContainText('订单已创建')
  await expect(page.getByTestId('compare-sides')).toContainText('onerror')
})

test('a body of 4 MB opens, is cut at first and can be seen whole', async ({
  app,
  clients,
  client
}, info) => {
  await clients.createTopic('Large', 1)
  const line = JSON.stringify({ id: 1, text: 'x'.repeat(100) })
  const body = `[${Array.from({ length: 33_000 }, () => line).join(',')}]`
  await client.send({ topic: 'Large', body: Buffer.from(body) })
  await app.open('messages')
  await app.messages.search('Large')
  const began = Date.now()
  await app.messages.found('xxx').click()
  await expect(app.messages.detail.getByTestId('body-text')).toBeVisible()
  info.annotations.push({ type: '4 MB body', description: `${body.length} bytes opened in ${Date.now() - began} ms` }) // prettier-ignore
  await app.messages.detail.getByTestId('body-tab-json').click()
  await app.messages.detail.getByRole('button', { name: 'Show tree' }).click()
  await expect(app.messages.detail.getByTestId('body-json')).toContainText('33000')
})

test('who consumed it is told, and a client gets it by hand', async ({ app, clients, client }) => {
  await clients.createTopic('Orders', 1)
  const aliOns = await clients.consume('Orders', 'GID_stock')
  const got: string[] = []
  await client.consume('Orders', 'GID_own', ({ body }) => {
    got.push(body.toString())
    return got.length > 1 ? 'RECONSUME_LATER' : 'CONSUME_SUCCESS'
  })
  await client.send({ topic: 'Orders', body: Buffer.from('hello') })
  await aliOns.until((lines) => lines.some(({ body }) => body === 'hello'))
  await app.open('messages')
  const { messages, page } = app
  await messages.search('Orders')
  await messages.found('hello').click()
  // Its progress reaches the broker half a second later at most.
  await expect(async () => {
    await messages.detail.getByTestId('message-tracks').getByLabel('Refresh').click()
    await expect(messages.track('GID_stock')).toHaveAttribute('data-type', 'CONSUMED', { timeout: 500 }) // prettier-ignore
  }).toPass()
  await messages.track('GID_own').getByRole('button').click()
  await page.getByTestId('dialog-confirm').click()
  await expect(page.getByTestId('delivery')).toContainText('It wants the message later')
  expect(got).toEqual(['hello', 'hello'])
  await page.getByTestId('dialog').getByRole('button', { name: 'Cancel' }).click()
  // ali-ons does not know the request: after the broker's ten seconds the window says so.
  await messages.track('GID_stock').getByRole('button').click()
  await page.getByTestId('dialog-confirm').click()
  await expect(page.getByTestId('problem')).toContainText('did not answer within 10 seconds', { timeout: 30_000 }) // prettier-ignore
})

test('a message is sent again, and a copy of it elsewhere', async ({ app, clients, client }) => {
  await clients.createTopic('Orders', 1)
  await clients.createTopic('Archive', 1)
  await client.send({ topic: 'Orders', body: Buffer.from('original'), keys: 'k-1' })
  await app.open('messages')
  const { messages, page } = app
  await messages.search('Orders')
  await messages.found('original').click()
  await messages.detail.getByRole('button', { name: 'Send again' }).click()
  await expect(page.getByText(/Sent again as/)).toBeVisible()
  await messages.detail.getByRole('button', { name: 'Send a copy' }).click()
  const select = page.getByTestId('copy-topic')
  await select.click()
  await select.locator('input').first().fill('Archive')
  await select.locator('input').first().press('Enter')
  await page.getByTestId('dialog-confirm').click()
  await expect(page.getByText(/Copy stored in Archive/)).toBeVisible()
  await page.keyboard.press('Escape')
  for (const [topic, count] of [
    ['Orders', '2'],
    ['Archive', '1']
  ] as const) {
    // prettier-ignore
    await messages.search(topic, { Key: 'k-1' })
    await expect(messages.count('matched')).toContainText(count)
  }
})

test('what was found is exported and read back', async ({ app, clients, client }) => {
  await clients.createTopic('Orders', 1)
  const bodies = ['=cmd|calc', '订单 "1", new', 'plain']
  for (const body of bodies) await client.send({ topic: 'Orders', body: Buffer.from(body) })
  await app.open('messages')
  const { messages, page } = app
  await messages.search('Orders', { 'Body matches': 'cmd|订单' })
  await expect(messages.count('matched')).toContainText('2')
  const exported = async (format: string): Promise<Buffer> => {
    await page.getByTestId('export').click()
    await page.getByTestId(`export-${format}`).click()
    const file = await saved(page, () => page.getByTestId('dialog-confirm').click())
    await expect(page.getByTestId('dialog')).toBeHidden()
    return file
  }
  const json = JSON.parse((await exported('json')).toString()) as { body: string }[]
  expect(json.map(({ body }) => body)).toEqual(['订单 "1", new', '=cmd|calc'])
  const csv = (await exported('csv')).toString().replace(/^\uFEFF/, '')
  const { data } = papa.parse<{ body: string }>(csv, { header: true, skipEmptyLines: true })
  expect(data.map(({ body }) => body)).toEqual(['订单 "1", new', "'=cmd|calc"])
  expect((await exported('xlsx')).subarray(0, 2).toString()).toBe('PK')
})

test('a dead letter is delivered once more by its button', async ({ app, clients, client }) => {
  await clients.createTopic('Orders', 1)
  const sent = await client.send({ topic: 'Orders', body: Buffer.from('lost'), keys: 'k-1' })
  // The group exists once somebody consumed in its name.
  const consumer = await clients.consume('Orders', 'GID_dead')
  await consumer.until((lines) => lines.some(({ body }) => body === 'lost'))
  await client.giveUp(sent.offsetMsgId, 'GID_dead')
  await app.open('messages')
  await app.messages.search('%DLQ%GID_dead')
  await app.messages.found('lost').click()
  await app.messages.detail.getByTestId('send-back').click()
  await expect(app.page.getByText(/gets the message once more/)).toBeVisible()
  await consumer.until((lines) => lines.filter(({ body }) => body === 'lost').length >= 2)
})

test('a range of time is replayed into another topic, and what clients traced is found', async ({
  app,
  clients,
  client
}) => {
  await clients.createTopic('Orders', 1)
  await clients.createTopic('Again', 1)
  await clients.createTopic('Whole', 1)
  await client.sendMany('Orders', 90, (i) => `body ${i}`)
  await app.open('messages')
  const { messages, page } = app
  const { replayState } = messages
  // So slow that it is still under way whatever the machine does.
  await messages.replay('Orders', 'Again', '1')
  await expect(replayState).toHaveAttribute('data-state', 'running')
  await replayState.getByRole('button', { name: 'Pause' }).click()
  await expect(replayState).toHaveAttribute('data-state', 'paused')
  expect(await accessibilityProblems(page)).toEqual([])
  await replayState.getByRole('button', { name: 'Continue' }).click()
  await expect(replayState).toHaveAttribute('data-state', 'running')
  await replayState.getByRole('button', { name: 'Stop' }).click()
  await expect(replayState).toHaveAttribute('data-state', 'stopped')
  await messages.replay('Orders', 'Whole', '5000')
  await expect(replayState).toHaveAttribute('data-state', 'done')
  await expect(replayState).toContainText('90 sent, 0 failed')
  await messages.search('Whole')
  await expect(messages.count('matched')).toContainText('90')

  await clients.createTopic('MyTrace', 1)
  const { msgId } = await client.send({ topic: 'Orders', body: Buffer.from('traced') })
  const fields = ['Pub', Date.now() - 5, 'R', 'PG_traced', 'Orders', msgId, 'TagA', 'k-9', 'h', 6, 7, 0, '0A', 'true'] // prettier-ignore
  const record = `${fields.join('\u0001')}\u0002`
  await client.send({ topic: 'MyTrace', body: Buffer.from(record), keys: `${msgId} k-9` })
  await page.getByTestId('tab-trace').click()
  const select = page.getByTestId('trace-topic')
  await select.click()
  await select.locator('input').first().fill('MyTrace')
  await select.locator('input').first().press('Enter')
  await page.getByLabel('Message id or key').fill('k-9')
  await page.getByTestId('trace-search').click()
  await expect(page.getByTestId('trace-chart')).toContainText('Producer PG_traced')
  await expect(page.getByTestId('trace-chart')).toContainText('Stored in broker-a')
  await expect(page.getByTestId('trace-mark-sent')).toHaveAttribute('aria-label', /Sent .* 7 ms/)
  expect(await accessibilityProblems(page)).toEqual([])
})

test('search is whole and reachable at 1024 × 700, in both languages and themes', async ({
  app,
  clients,
  client
}, info) => {
  // Ten accessibility checks.
  test.slow()
  await clients.createTopic('Orders', 2)
  for (let i = 0; i < 12; i++)
    await client.send({
      ...{ topic: 'Orders', body: Buffer.from(`{"id":${i},"商品":"书"}`) },
      ...{ keys: `order-${i}`, tags: i % 2 === 0 ? 'TagA' : 'TagB' }
    })
  const { page, messages } = app
  await page.setViewportSize({ width: 1024, height: 700 })
  await app.open('messages')
  await messages.search('Orders')
  for (const round of ['en', 'zh'] as const) {
    for (const tab of ['send', 'browse', 'trace', 'replay', 'search']) {
      await page.getByTestId(`tab-${tab}`).click()
      expect(await overflow(page), `${tab} scrolls sideways`).toBeLessThanOrEqual(0)
      expect(await accessibilityProblems(page), `${round} ${tab}`).toEqual([])
    }
    await page.screenshot({ path: info.outputPath(`search-${round}.png`) })
    await messages.found('order-11').click()
    await expect(messages.detail.getByTestId('trace-chart')).toBeVisible()
    await page.screenshot({ path: info.outputPath(`viewer-${round}.png`) })
    await messages.detail.getByTestId('message-trace').scrollIntoViewIfNeeded()
    await page.screenshot({ path: info.outputPath(`trace-${round}.png`) })
    await page.keyboard.press('Escape')
    await page.getByTestId('toggle-language').click()
    await page.getByTestId('toggle-theme').click()
  }
})
