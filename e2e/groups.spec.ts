import { expect, test } from './fixture'

test('a group is created, shows its lag and members, and is deleted when nobody is online', async ({
  app,
  clients
}) => {
  await clients.createTopic('Orders', 4)
  await app.open('groups')
  await app.groups.create('GID_idle')
  await expect(app.groups.row('GID_idle')).toBeVisible()

  const consumer = await clients.consume('Orders', 'GID_busy')
  await clients.produce('Orders', 12, 'm')
  await consumer.until((lines) => lines.filter((line) => line.body !== undefined).length >= 12)
  await app.open('cluster')
  await app.open('groups')
  await expect(app.groups.row('GID_busy')).toBeVisible()
  const drawer = await app.groups.openDetail('GID_busy')
  await expect(drawer).toContainText('Orders')
  await drawer.getByText('Members (1)').click()
  await expect(drawer).toContainText('JAVA')
  await app.page.keyboard.press('Escape')

  await app.groups.delete('GID_idle')
  await expect(app.groups.row('GID_idle')).toBeHidden()
})
