import { expect, test } from './fixture'

test('a broker is stopped, started and restarted, and says so', async ({ app }) => {
  await expect(app.cluster.state('broker-a:0')).toHaveText(/Running/)
  await app.cluster.stop('broker-a:0')
  await expect(app.cluster.state('broker-a:0')).toHaveText(/Stopped/)

  // Everything else says what is wrong instead of hanging.
  await app.open('messages')
  await app.messages.send({ topic: 'SELF_TEST_TOPIC', body: 'x' })
  await expect(app.messages.problem).toBeVisible()

  await app.open('cluster')
  await app.cluster.start('broker-a:0')
  await expect(app.cluster.state('broker-a:0')).toHaveText(/Running/)
  await app.page.getByRole('button', { name: 'Restart broker-a:0' }).click()
  const confirm = app.page.getByTestId('dialog-confirm')
  if (await confirm.isVisible().catch(() => false)) await confirm.click()
  await expect(app.cluster.state('broker-a:0')).toHaveText(/Running/)
})

test('a property edited while the broker is stopped takes effect on its start', async ({ app }) => {
  await app.cluster.stop('broker-a:0')
  await expect(app.cluster.state('broker-a:0')).toHaveText(/Stopped/)
  await app.cluster.openProperties('broker-a:0')
  await app.config.set('maxMessageSize', '2048')
  await expect(app.config.saved).toHaveText('Saved.')
  await app.cluster.openOverview()
  await app.cluster.start('broker-a:0')
  await expect(app.cluster.state('broker-a:0')).toHaveText(/Running/)

  await app.open('topics')
  await app.topics.create('Small')
  await app.open('messages')
  await app.messages.send({ topic: 'Small', body: 'x'.repeat(4000) })
  await expect(app.messages.problem).toBeVisible()
  await app.messages.send({ topic: 'Small', body: 'x' })
  await expect(app.messages.result).toContainText('Stored by the broker')
})

test('a restarted nameserver gets its routes back from the brokers', async ({ app, clients }) => {
  await app.open('topics')
  await app.topics.create('Survivor')
  await app.open('cluster')
  const id = (await app.cluster
    .node(/namesrv/)
    .first()
    .getAttribute('data-testid'))!.replace('node-', '')
  await app.cluster.stop(id)
  await expect(app.cluster.state(id)).toHaveText(/Stopped/)
  await app.cluster.start(id)
  await expect(app.cluster.state(id)).toHaveText(/Running/)
  await expect(async () => clients.produce('Survivor', 1, 'back-')).toPass()
})
