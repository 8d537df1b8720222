/** The main journey: what a newcomer does in the first five minutes. */
import { expect, test } from './fixture'

test('a topic is created, an unknown one refused, a message sent, consumed by ali-ons and seen passing', async ({
  app,
  clients
}) => {
  await app.open('topics')
  await app.topics.create('Orders', 4)
  await expect(app.topics.row('Orders')).toBeVisible()

  // Sending to a topic nobody created is refused, with the reason and the cure.
  await app.open('messages')
  await app.messages.send({ topic: 'Ordres', tag: 'TagA', body: '{"id":0}' })
  await expect(app.messages.problem).toContainText('Ordres')
  await expect(
    app.messages.problem.getByRole('button', { name: 'Create topic Ordres' })
  ).toBeVisible()

  const consumer = await clients.consume('Orders', 'GID_orders')
  await app.messages.send({
    topic: 'Orders',
    tag: 'TagA',
    keys: 'order-1',
    body: '{"id":1,"商品":"书"}'
  })
  await expect(app.messages.result).toContainText('Stored by the broker')
  const lines = await consumer.until((all) => all.some((line) => line.body !== undefined))
  expect(lines.find((line) => line.body !== undefined)).toMatchObject({
    body: '{"id":1,"商品":"书"}',
    tags: 'TagA',
    keys: 'order-1'
  })

  // It lies in the topic, whole.
  await app.messages.browse('Orders')
  await app.messages.row('order-1').click()
  await expect(app.messages.detail).toContainText('order-1')
  await expect(app.messages.detail).toContainText('商品')
  // Who got it, though no client traces.
  await expect(app.messages.trace).toContainText(/Stored.*Handed out.*GID_orders/s)
  await app.page.keyboard.press('Escape')

  // The group is there with its member and no lag.
  await app.open('groups')
  await expect(app.groups.row('GID_orders')).toContainText('GID_orders')

  // Traffic moves while a producer sends.
  await app.open('traffic')
  await expect(app.traffic.chart).toBeVisible()
  await clients.produce('Orders', 30, 'live-')
  await expect(app.traffic.tail('live-').first()).toBeVisible()
  await expect(app.traffic.counts).toContainText(/Showing/)
})

test('the topic an unknown send asked for is created where it was refused, and the send works then', async ({
  app
}) => {
  await app.open('messages')
  await app.messages.send({ topic: 'Refunds', body: 'hello' })
  await app.messages.problem.getByRole('button', { name: 'Create topic Refunds' }).click()
  await app.topics.fillForm(undefined)
  await app.messages.sendAgain()
  await expect(app.messages.result).toContainText('Stored by the broker')
})
