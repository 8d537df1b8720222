/** A group is put elsewhere in its queues, seen before and taken back after; offsets are checked over the wire. */
import { createAdmin } from '../src/main/admin/admin'
import { systemClock } from '../src/main/base/clock'
import { silentLog } from '../src/main/base/log'
import { RemotingClient } from '../src/main/remoting/client'
import { accessibilityProblems } from './pages/accessibility'
import { expect, test } from './fixture'
import { overflow } from './pages/overflow'

test('a reset is previewed, done and undone; the brokers have exactly what the window says', async ({
  app,
  clients
}, testInfo) => {
  const { page } = app
  const client = new RemotingClient({ clock: systemClock.real, log: silentLog })
  const admin = createAdmin({
    client,
    clock: systemClock,
    namesrvAddresses: () => [app.host.namesrv]
  })
  const stored = async () =>
    (await admin.examineGroupQueues('GID_done', ['Orders'])).map(
      ({ consumerOffset }) => consumerOffset
    )
  await clients.createTopic('Orders', 2)
  const consumer = await clients.consume('Orders', 'GID_done')
  await clients.produce('Orders', 10, 'm')
  await consumer.until((lines) => lines.filter((line) => line['body'] !== undefined).length >= 10)
  await expect.poll(async () => (await stored()).reduce<number>((sum, one) => sum + (one ?? 0), 0)).toBe(10) // prettier-ignore
  await consumer.stop()
  const before = await stored()

  await app.open('groups')
  await app.groups.openDetail('GID_done')
  const dialog = await app.groups.previewReset('min')
  await expect(dialog.getByTestId('reset-again')).toContainText('10')
  await expect(dialog.getByTestId('plan-row-Orders@broker-a@0')).toBeVisible()
  expect(await stored(), 'a preview changes nothing').toEqual(before)
  expect(await accessibilityProblems(page)).toEqual([])
  await testInfo.attach('preview, light', {
    body: await page.screenshot(),
    contentType: 'image/png'
  })

  await page.getByTestId('dialog-confirm').click()
  await expect(dialog.getByTestId('reset-result')).toContainText('2 of 2')
  expect(await stored()).toEqual([0, 0])

  await dialog.getByTestId('reset-undo').click()
  await expect(dialog.getByTestId('reset-undone')).toBeVisible()
  expect(await stored()).toEqual(before)
  await page.getByTestId('dialog-confirm').click()

  // What was done is offered for undoing when the dialog is opened again.
  const again = await app.groups.previewReset('min')
  await page.getByTestId('dialog-confirm').click()
  await expect(again.getByTestId('reset-result')).toBeVisible()
  await page.getByTestId('dialog-confirm').click()
  await page.getByTestId('reset-open').click()
  await expect(page.getByTestId('kept-resets')).toContainText('2 queues')
  await page.setViewportSize({ width: 1024, height: 700 })
  expect(await overflow(page)).toBeLessThanOrEqual(0)
  await page.getByTestId('kept-resets').getByRole('button').click()
  await expect(page.getByTestId('reset-undone')).toBeVisible()
  expect(await stored()).toEqual(before)
  client.close()
})

test('offsets are typed queue by queue; one that a queue does not have is refused alone', async ({
  app,
  clients
}) => {
  const { page } = app
  await clients.createTopic('Orders', 2)
  const consumer = await clients.consume('Orders', 'GID_typed')
  await clients.produce('Orders', 4, 'm')
  await consumer.until((lines) => lines.filter((line) => line['body'] !== undefined).length >= 4)
  await consumer.stop()
  await app.open('groups')
  await app.groups.openDetail('GID_typed')
  await page.getByTestId('reset-open').click()
  await page.getByTestId('reset-to-offsets').click()
  await page.getByTestId('reset-queues').click()
  await page.getByLabel('Offset of Orders broker-a #0').fill('1')
  await page.getByLabel('Offset of Orders broker-a #1').fill('99')
  await page.getByLabel('Offset of Orders broker-a #1').blur()
  await page.getByTestId('dialog-confirm').click()
  await page.getByTestId('reset-again').waitFor()
  await page.getByTestId('dialog-confirm').click()
  await expect(page.getByTestId('reset-result')).toContainText('1 of 2')
  await expect(page.getByTestId('result-row-Orders@broker-a@1')).toContainText('not in consume queue range') // prettier-ignore
  await expect(page.getByTestId('result-row-Orders@broker-a@0')).toContainText('At 1')
})
