/** The composer: kinds, templates, runs and files, and what survives a restart of the window. */
import AxeBuilder from '@axe-core/playwright'
import { expect, test } from './fixture'
import { ComposerPage } from './pages/composer'
import { overflow } from './pages/overflow'

test('every kind says what became of it', async ({ app, clients }, testInfo) => {
  const { page, messages } = app
  const composer = new ComposerPage(page)
  await clients.createTopic('Orders', 4)
  await app.open('messages')

  await messages.send({ topic: 'Orders', tag: 'A', keys: 'k{{seq}}', body: '{"id":"{{int 7 7}}"}' })
  await expect(messages.result).toContainText('Stored by the broker')
  await page.getByTestId('composer-preview').locator('summary').click()
  await expect(page.getByTestId('composer-previewed')).toHaveText('{"id":"7"}')

  await composer.choose('composer-kind', 'FIFO')
  await composer.send()
  await expect(page.getByText('A FIFO message needs a message group.')).toBeVisible()
  await page.getByLabel('Message group', { exact: true }).fill('order-1')
  await composer.send()
  await expect(composer.history.first()).toContainText('FIFO')

  await composer.choose('composer-kind', 'Transaction')
  await composer.choose('composer-end', 'Unknown')
  await composer.send()
  await expect(messages.result).toContainText('The broker will ask how it ended.')
  await composer.transaction.getByRole('button', { name: 'Commit' }).click()
  await expect(composer.transaction).toContainText('Committed')

  await composer.choose('composer-kind', 'Batch')
  await composer.send()
  await expect(messages.result).toContainText('10 messages, stored together')

  await composer.choose('composer-kind', 'Timed')
  await composer.send()
  await expect(messages.result).toContainText('Recall handle')

  const { violations } = await new AxeBuilder({ page }).analyze()
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(
    grave.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
  ).toEqual([])
  await testInfo.attach('composer, en light', {
    body: await page.screenshot(),
    contentType: 'image/png'
  })
  await page.getByTestId('toggle-language').click()
  await page.getByTestId('toggle-theme').click()
  await page.setViewportSize({ width: 1024, height: 700 })
  expect(await overflow(page)).toBeLessThanOrEqual(0)
  await testInfo.attach('composer, zh dark', {
    body: await page.screenshot(),
    contentType: 'image/png'
  })
})

test('draft, templates and what was sent are there after a reload', async ({ app, clients }) => {
  const { page, messages } = app
  const composer = new ComposerPage(page)
  await clients.createTopic('Orders', 4)
  await app.open('messages')
  await messages.send({ topic: 'Orders', body: 'sent before' })
  await expect(composer.history).toHaveCount(1)
  await composer.saveTemplate('my order')
  await composer.write('not yet sent')
  // The page is left: what is written is kept at once.
  await app.open('topics')
  await expect(app.title).toHaveText('Topics')
  await page.reload()
  await app.open('messages')
  await expect(page.getByLabel('Body', { exact: true })).toContainText('not yet sent')
  await expect(composer.history).toContainText('sent before')
  await composer.choose('composer-template', 'my order')
  await expect(page.getByLabel('Body', { exact: true })).toContainText('sent before')
  await composer.history.getByRole('button', { name: 'Send again' }).click()
  await expect(composer.history).toHaveCount(2)
})

test('many are sent at a rate, and the rows of a file', async ({ app, clients }) => {
  const { page, messages } = app
  const composer = new ComposerPage(page)
  await clients.createTopic('Orders', 4)
  await app.open('messages')
  await messages.send({ topic: 'Orders', body: 'n{{seq}}' })
  await expect(messages.result).toBeVisible()
  await page.getByLabel('Per second').fill('200')
  await page.getByTestId('run-start').click()
  await expect(composer.run).toHaveAttribute('data-state', 'done')
  await expect(composer.run).toContainText('100 of 100 sent, 0 failed')
  await expect(page.getByTestId('run-latency')).toContainText('p99')

  const buffer = Buffer.from('body,tag,colour\none,A,red\n,B,\ntwo,,blue\n')
  await page
    .getByTestId('run-file')
    .setInputFiles({ name: 'orders.csv', mimeType: 'text/csv', buffer })
  await expect(page.getByTestId('run-feed')).toContainText('orders.csv: 2 messages')
  await expect(page.getByTestId('run-feed')).toContainText('Row 2 has no body')
  await page.getByTestId('run-start').click()
  await expect(composer.run).toContainText('2 of 2 sent, 0 failed')
})
