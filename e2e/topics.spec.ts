import { expect, test } from './fixture'
import { accessibilityProblems } from './pages/accessibility'
import { overflow } from './pages/overflow'

test('a topic is created, found, looked at, changed and deleted', async ({ app, clients }) => {
  await app.open('topics')
  await app.topics.create('Orders', 2)
  await app.topics.create('Payments', 8)
  await app.page.getByLabel('Filter topics').fill('pay')
  await expect(app.topics.row('Payments')).toBeVisible()
  await expect(app.topics.row('Orders')).toBeHidden()
  await app.page.getByLabel('Filter topics').fill('')

  await clients.produce('Orders', 10, 'm')
  const drawer = await app.topics.openDetail('Orders')
  await expect(drawer.getByTestId('topic-total')).toContainText('10')
  await expect(drawer.getByTestId('route-drawing')).toBeVisible()
  await app.page.keyboard.press('Escape')

  await app.page.getByRole('button', { name: 'Edit topic Orders' }).click()
  await app.topics.fillForm(undefined, 6)
  await expect(app.topics.row('Orders')).toContainText('6')

  await app.topics.delete('Orders')
  await expect(app.topics.row('Orders')).toBeHidden()
  await expect(app.topics.row('Payments')).toBeVisible()
})

test('a bad name is refused while it is typed', async ({ app }) => {
  await app.open('topics')
  await app.page.getByRole('button', { name: 'Create topic' }).first().click()
  await app.page.getByTestId('dialog').getByLabel('Topic name').fill('no spaces!')
  await expect(app.page.getByTestId('dialog-confirm')).toBeDisabled()
})

test('topics survive a restart of the whole application data', async ({ app }) => {
  await app.open('topics')
  await app.topics.create('Kept')
  await app.open('cluster')
  await app.cluster.stop('broker-a:0')
  await app.cluster.start('broker-a:0')
  await app.open('topics')
  await expect(app.topics.row('Kept')).toBeVisible()
})

test('many topics are created, one is cloned, noted and emptied, and those chosen are deleted', async ({
  app,
  clients
}, testInfo) => {
  const { page } = app
  const dialog = page.getByTestId('dialog')
  await app.open('topics')
  await page.getByRole('button', { name: 'Create many' }).click()
  await dialog.getByLabel('Topic names').fill('Orders-{1..3}\nPayments')
  await page.getByTestId('dialog-confirm').click()
  await expect(dialog).toBeHidden()
  await expect(app.topics.row('Orders-3')).toBeVisible()
  // A second time three of them are there, and each is told.
  await page.getByRole('button', { name: 'Create many' }).click()
  await dialog.getByLabel('Topic names').fill('Orders-{1..4}')
  await page.getByTestId('dialog-confirm').click()
  await expect(page.getByTestId('bulk-outcome')).toContainText('Done: 1. Failed: 3.')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Create a topic like Orders-1' }).click()
  await app.topics.fillForm('Copy')
  await expect(app.topics.row('Copy')).toContainText('8 / 8')

  await clients.produce('Orders-1', 5, 'm')
  await expect(app.topics.row('Orders-1')).toContainText('5')
  const drawer = await app.topics.openDetail('Orders-1')
  await drawer.getByRole('textbox', { name: 'Note' }).fill('of the shop')
  await drawer.getByTestId('note-save').click()
  await expect(drawer.getByTestId('note-save')).toBeDisabled()
  await drawer.getByRole('button', { name: 'Empty' }).click()
  await expect(page.getByTestId('empty-preview')).toHaveText('5 messages will be gone for good.')
  await page.getByLabel('Type the name to confirm').fill('Orders-1')
  await page.getByTestId('dialog-confirm').click()
  await expect(dialog).toBeHidden()
  await expect(drawer.getByTestId('topic-total')).toContainText('0')
  await page.keyboard.press('Escape')
  await expect(drawer).toBeHidden()
  await expect(app.topics.row('Orders-1')).toContainText('of the shop')

  expect(await accessibilityProblems(page)).toEqual([])
  await testInfo.attach('topics, en light', { body: await page.screenshot(), contentType: 'image/png' }) // prettier-ignore
  await page.getByTestId('toggle-language').click()
  await page.getByTestId('toggle-theme').click()
  await page.setViewportSize({ width: 1024, height: 700 })
  expect(await overflow(page)).toBeLessThanOrEqual(0)
  expect(await accessibilityProblems(page)).toEqual([])
  await testInfo.attach('topics, zh dark', { body: await page.screenshot(), contentType: 'image/png' }) // prettier-ignore
  await page.getByTestId('toggle-language').click()

  for (const topic of ['Orders-2', 'Orders-3'])
    await app.topics.row(topic).getByRole('checkbox').click()
  await page.getByRole('button', { name: 'Delete 2 chosen' }).click()
  await page.getByLabel('Type the name to confirm').fill('2')
  await page.getByTestId('dialog-confirm').click()
  await expect(dialog).toBeHidden()
  await expect(app.topics.row('Orders-2')).toBeHidden()
  await expect(app.topics.row('Orders-4')).toBeVisible()
})
