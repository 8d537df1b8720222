/** The Consume page: a live tail that touches no group, and a consumer of a group. */
import AxeBuilder from '@axe-core/playwright'
import { expect, test } from './fixture'
import { ConsumePage } from './pages/consume'
import { overflow } from './pages/overflow'

test('a live tail shows what comes and is paused', async ({ app, clients }) => {
  const { page } = app
  const consume = new ConsumePage(page)
  await clients.createTopic('Orders', 4)
  await app.open('consume')
  await consume.tail('Orders')
  await expect(page.getByTestId('tail-pause')).toBeVisible()
  await expect(page.getByTestId('tail-counts')).toContainText('0 arrived')
  await clients.produce('Orders', 3, 'live ')
  await expect(consume.tailRow('live ')).toHaveCount(3)
  await page.getByTestId('tail-pause').click()
  await expect(page.getByTestId('tail-follow')).toBeVisible()
  await consume.tailRow('live ').first().click()
  await expect(app.messages.detail).toBeVisible()
})

test('POP by hand: acknowledged, given back, and gone with its group', async ({
  app,
  clients
}, testInfo) => {
  const { page } = app
  const consume = new ConsumePage(page)
  await clients.createTopic('Orders', 4)
  await clients.produce('Orders', 3, 'pop ')
  await app.open('consume')
  await consume.consumer('Orders', 'POP')
  await consume.start()
  await expect(consume.counts).toContainText('3 received, 3 in hand')
  await consume.consumed('pop ').first().getByRole('checkbox').click()
  await page.getByTestId('settle-ack').click()
  await expect(consume.counts).toContainText('2 in hand, 1 acknowledged')
  await page.getByLabel('Invisible for, in s').fill('1')
  await page.getByTestId('settle-nack').click()
  await expect(consume.counts).toContainText('2 redelivered')
  await page.getByTestId('settle-extend').click()

  const { violations } = await new AxeBuilder({ page }).analyze()
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(
    grave.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
  ).toEqual([])
  await testInfo.attach('consume, en light', {
    body: await page.screenshot(),
    contentType: 'image/png'
  })
  await page.getByTestId('toggle-language').click()
  await page.getByTestId('toggle-theme').click()
  await page.setViewportSize({ width: 1024, height: 700 })
  expect(await overflow(page)).toBeLessThanOrEqual(0)
  await testInfo.attach('consume, zh dark', {
    body: await page.screenshot(),
    contentType: 'image/png'
  })

  await page.getByTestId('consumer-stop').click()
  await expect(page.getByTestId('consumer')).toHaveAttribute('data-state', 'ended')
  await app.open('groups')
  await expect(page.getByText('gantry_window_')).toHaveCount(0)
})

test('who takes from a group of others is asked for its name', async ({ app, clients }) => {
  const { page } = app
  const consume = new ConsumePage(page)
  await clients.createTopic('Orders', 4)
  await clients.consume('Orders', 'GID_orders')
  await app.open('consume')
  await consume.consumer('Orders', 'Push')
  await page.getByLabel('Consumer group').fill('GID_orders')
  await consume.start()
  const dialog = page.getByTestId('dialog')
  await expect(dialog).toContainText('You take messages away from GID_orders')
  await expect(dialog.getByTestId('dialog-confirm')).toBeDisabled()
  await dialog.getByRole('textbox').fill('GID_orders')
  await dialog.getByTestId('dialog-confirm').click()
  await expect(page.getByTestId('consumer')).toHaveAttribute('data-state', 'running')
})
