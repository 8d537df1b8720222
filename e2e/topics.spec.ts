import { expect, test } from './fixture'

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
