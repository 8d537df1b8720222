/** The gRPC proxy in the window: its clients, how to become one, and life without it. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { runScript } from '../tests/compat/node/scripts'
import { runNodeSnippet } from '../tests/snippets'
import { expect, test } from './fixture'
import { DesignPage } from './pages/design'
import { GrpcSection } from './pages/grpc'
import { overflow } from './pages/overflow'

test('the program the Connect card gives is copied and runs, in every language it is for this proxy', async ({
  app,
  clients
}) => {
  const grpc = new GrpcSection(app.page)
  await clients.createTopic('Demo', 4)
  await expect(app.cluster.state('proxy')).toHaveText('Running')
  const address = (await grpc.address.textContent())!.trim()
  for (const language of ['Java', 'Python', 'Go']) {
    await grpc.choose('grpc', language)
    await expect(grpc.snippet).toContainText(address)
  }
  await grpc.choose('remoting', 'Java')
  await expect(grpc.snippet).toContainText('DefaultMQProducer')
  await grpc.choose('grpc', 'Node')
  const { code, stdout, stderr } = await runNodeSnippet(await grpc.copySnippet())
  expect(code, stderr).toBe(0)
  expect(stdout).toMatch(/^sent [0-9A-F]{34}\nreceived Hello\n$/)
})

test('stock clients are shown while they are there, also as members of their groups', async ({
  app,
  clients
}, testInfo) => {
  const { page } = app
  const grpc = new GrpcSection(page)
  await expect(grpc.clients).toContainText('No gRPC client is connected')
  await clients.createTopic('Orders', 4)
  const endpoints = (await grpc.address.textContent())!.trim()
  const groups = { simple: 'GID_simple', push: 'GID_push' }
  const members = runScript('grpcMembers.cjs', { endpoints, topic: 'Orders', groups })
  try {
    await members.until((lines) => lines.some((line) => line['ready'] === true))
    await expect(grpc.client('Producer')).toContainText('Orders')
    await expect(grpc.client('Simple consumer')).toContainText('GID_simple')
    await expect(grpc.client('Push consumer')).toContainText('GID_push')
    await expect(grpc.client('Push consumer')).toContainText('NODE_JS')
    await grpc.clients.scrollIntoViewIfNeeded()
    await testInfo.attach('clients, light', {
      body: await page.screenshot(),
      contentType: 'image/png'
    })
    await page.getByTestId('toggle-language').click()
    await page.getByTestId('toggle-theme').click()
    await expect(grpc.client('Push 消费者')).toContainText('GID_push')
    await grpc.client('Push 消费者').scrollIntoViewIfNeeded()
    await testInfo.attach('clients, dark', {
      body: await page.screenshot(),
      contentType: 'image/png'
    })
    await page.setViewportSize({ width: 1024, height: 700 })
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    await page.getByTestId('toggle-language').click()

    await app.open('groups')
    const drawer = await app.groups.openDetail('GID_push')
    await drawer.getByText('Members (1)').click()
    await expect(drawer).toContainText('NODE_JS')
    await page.keyboard.press('Escape')

    // Without the proxy nobody is there; when it is back they come by themselves.
    await app.open('cluster')
    await app.cluster.stop('proxy')
    await expect(app.cluster.state('proxy')).toHaveText('Stopped')
    await expect(grpc.clients).toContainText('No gRPC client is connected')
    await expect(grpc.connect).toContainText('No proxy is running')
    await app.cluster.start('proxy')
    await expect(app.cluster.state('proxy')).toHaveText('Running')
    await expect(grpc.address).toHaveText(endpoints)
    await expect(grpc.client('Push consumer')).toContainText('GID_push')
  } finally {
    await members.stop()
  }
  await expect(grpc.clients).toContainText('No gRPC client is connected')
})

test('its properties are a rmq-proxy.json, and take effect with its next start', async ({
  app
}) => {
  const { config } = app
  await app.cluster.openProperties('proxy')
  await config.show('text')
  await expect(config.editor).toContainText('"grpcServerPort"')
  await config.editor.fill('{\n  "maxMessageSize": 1024\n}')
  await config.save()
  await expect(config.waiting).toContainText('maxMessageSize')
  await app.cluster.openOverview()
  await expect(app.cluster.node('proxy')).toContainText('take effect on the next start')
  await app.cluster.node('proxy').getByRole('button', { name: 'Restart now' }).click()
  await expect(app.cluster.node('proxy')).not.toContainText('take effect on the next start')
  await expect(app.cluster.state('proxy')).toHaveText('Running')
})

test('a cluster is drawn without it, and with it again', async ({ app }) => {
  const design = new DesignPage(app.page)
  await design.open()
  await design.node('proxy').click()
  await design.button('remove-node').click()
  await design.button('save').click()
  await design.confirm()
  await expect(design.button('unsaved')).toBeHidden()
  await app.cluster.openOverview()
  await expect(app.cluster.node('proxy')).toBeHidden()
  await expect(app.page.getByTestId('grpc-clients')).toBeHidden()
  await expect(app.cluster.state('broker-a:0')).toHaveText('Running')

  await design.open()
  await design.button('add-proxy').click()
  await design.button('save').click()
  await design.confirm()
  await app.cluster.openOverview()
  await expect(app.cluster.state('proxy')).toHaveText('Running')
})

test('a gRPC client that came to the nameserver is told where the proxy is', async ({ app }) => {
  const grpc = new GrpcSection(app.page)
  const address = (await grpc.address.textContent())!.trim()
  const [host = '', port] = app.host.namesrv.split(':')
  const socket = connect(Number(port), host)
  await once(socket, 'connect')
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
  const notice = app.page.getByTestId('notice-WRONG_PORT_GRPC')
  await app.page.getByTestId('notice-bell').click()
  await expect(notice).toContainText(address)
  await expect(notice).toContainText(`port ${port} takes remoting clients`)
  socket.destroy()
})
