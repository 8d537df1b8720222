/** What waits: a delayed message fast-forwarded, a timed one recalled and delivered now. */
import { systemClock } from '../src/main/base/clock'
import { silentLog } from '../src/main/base/log'
import { systemRandom } from '../src/main/base/random'
import { DefaultMQProducer } from '../src/main/client/defaultMQProducer'
import { MQClientInstance } from '../src/main/client/mqClientInstance'
import { expect, test } from './fixture'
import { accessibilityProblems } from './pages/accessibility'
import { overflow } from './pages/overflow'

const HOUR = 3_600_000

test.use({ flags: ['--set', 'autoCreateTopicEnable=false', '--set', 'recallMessageEnable=true'] })

test('a two-hour delay reaches its consumer at once by the clock; timed ones are recalled or delivered now', async ({
  app,
  clients
}, testInfo) => {
  const { page } = app
  const row = (text: string) =>
    page.locator('[data-testid^="scheduled-row-"]').filter({ hasText: text })
  const dialog = page.getByTestId('dialog')
  const act = async (text: string, verb: string) => {
    await row(text).getByTestId(`scheduled-${verb}`).click()
    await page.getByTestId('dialog-confirm').click()
    await expect(dialog).toBeHidden()
  }
  await app.open('scheduled')
  await expect(page.getByText('Nothing waits.')).toBeVisible()

  await clients.createTopic('Orders', 1)
  const client = new MQClientInstance({
    ...{ clock: systemClock, random: systemRandom, log: silentLog },
    namesrvAddresses: () => [app.host.namesrv]
  })
  const producer = new DefaultMQProducer(client, 'PG')
  const now = systemClock.now()
  const send = (body: string, properties: [string, string][]) =>
    producer.send({ topic: 'Orders', body: Buffer.from(body), keys: `key-${body}`, properties })
  await send('delayed', [['DELAY', '18']])
  await send('taken-back', [['TIMER_DELIVER_MS', String(now + 3 * HOUR)]])
  await send('hurried', [['TIMER_DELIVER_MS', String(now + 4 * HOUR)]])
  await send('undecided', [['TRAN_MSG', 'true'], ['PGROUP', 'PG']]) // prettier-ignore
  client.close()

  await page.getByRole('button', { name: 'Refresh' }).click()
  await expect(row('delayed')).toContainText('in 1 h 59 min')
  await expect(row('undecided')).toContainText('when its transaction ends')
  await expect(page.getByTestId('scheduled-timers')).toContainText('2')
  await expect(page.getByTestId('scheduled-count')).toContainText('4 waiting')
  await expect(row('delayed').getByTestId('scheduled-recall')).toBeDisabled()
  await expect(row('undecided').getByTestId('scheduled-fastForward')).toBeDisabled()

  expect(await accessibilityProblems(page)).toEqual([])
  await testInfo.attach('scheduled, en light', { body: await page.screenshot(), contentType: 'image/png' }) // prettier-ignore
  await page.getByTestId('toggle-language').click()
  await page.getByTestId('toggle-theme').click()
  await expect(row('undecided')).toContainText('事务结束时')
  await page.setViewportSize({ width: 1024, height: 700 })
  expect(await overflow(page)).toBeLessThanOrEqual(0)
  expect(await accessibilityProblems(page)).toEqual([])
  await testInfo.attach('scheduled, zh dark', { body: await page.screenshot(), contentType: 'image/png' }) // prettier-ignore
  await page.getByTestId('toggle-language').click()

  const consumer = await clients.consume('Orders', 'GID_shop')
  const arrived = (body: string) =>
    consumer.until((lines) => lines.some((line) => line.body === body))
  await act('taken-back', 'recall')
  await expect(row('taken-back')).toBeHidden()
  await act('hurried', 'deliverNow')
  await arrived('hurried')
  await expect(row('hurried')).toBeHidden()

  await act('delayed', 'fastForward')
  await arrived('delayed')
  await expect(row('delayed')).toBeHidden()
  await expect(page.getByTestId('clock-banner')).toContainText('ahead')
  expect(consumer.lines.map(({ body }) => body).filter(Boolean).sort()).toEqual(['delayed', 'hurried']) // prettier-ignore
})
