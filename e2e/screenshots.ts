/** Takes the README's pictures: both languages, a cluster with stock clients at work. Into a FOLDER: of every page, to be looked at. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { createTopic } from '../bench/topic'
import { startHeadless } from '../bench/processes'
import { launchBrowser, NO_BROWSER } from './browser'

// Bundled into .cache/bundle, two folders below the repository.
const root = resolve(import.meta.dirname, '..', '..')
const [wanted] = process.argv.slice(2)
const folder = wanted ?? join(root, 'docs', 'screenshots')

const client = (script: string, options: object): ChildProcess =>
  spawn(
    process.execPath,
    [join(root, 'tests', 'compat', 'node', script), JSON.stringify(options)],
    {
      stdio: ['ignore', 'ignore', 'inherit']
    }
  )

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((done) => child.once('exit', () => done()))

const README_PAGES = ['cluster', 'topics', 'groups', 'messages', 'traffic', 'statistics']
const OTHER_PAGES = ['clients', 'consume', 'deadLetters', 'scheduled', 'alarms', 'users', 'connections', 'settings'] // prettier-ignore
const pages = wanted === undefined ? README_PAGES : [...README_PAGES, ...OTHER_PAGES]

const shoot = async (page: Page, name: string, language: string): Promise<void> => {
  await page.getByTestId(`menu-${name}`).click()
  if (name === 'messages') {
    await page.getByTestId('tab-browse').click()
    const select = page.getByTestId('browse-topic')
    await select.click()
    await select.locator('input').first().fill('Orders')
    await select.locator('input').first().press('Enter')
    await page.locator('[data-testid^="message-row-"]').first().waitFor()
  }
  // The chart wants some seconds to have a shape.
  await page.waitForTimeout(name === 'traffic' ? 12_000 : 2500)
  await page.screenshot({ path: join(folder, `${name}.${language}.png`) })
}

const main = async (): Promise<void> => {
  const browser = await launchBrowser()
  if (!browser) throw new Error(NO_BROWSER)
  mkdirSync(folder, { recursive: true })
  const headless = await startHeadless()
  const namesrv = headless.namesrv
  for (const [topic, queues] of [
    ['Orders', 8],
    ['Payments', 4],
    ['Shipping', 4],
    ['Demo', 4]
  ] as const)
    await createTopic(headless.brokerPort, topic, queues)
  const consumers = [
    client('aliOnsConsumer.cjs', {
      namesrv,
      topic: 'Orders',
      group: 'GID_warehouse',
      subscription: '*'
    }),
    client('aliOnsConsumer.cjs', {
      namesrv,
      topic: 'Payments',
      group: 'GID_ledger',
      subscription: '*'
    })
  ]
  const tags = ['created', 'paid', 'shipped']
  const producer = client('aliOnsProducer.cjs', {
    namesrv,
    topic: 'Orders',
    count: 1_000_000,
    prefix: 'order #',
    tags
  })
  await ended(
    client('aliOnsProducer.cjs', {
      namesrv,
      topic: 'Payments',
      count: 200,
      prefix: 'payment #',
      tags
    })
  )

  for (const [language, colorScheme] of [
    ['en', 'light'],
    ['zh-CN', 'dark']
  ] as const) {
    const context = await browser.newContext({
      locale: language === 'en' ? 'en-US' : language,
      colorScheme,
      viewport: { width: 1280, height: 800 }
    })
    const page = await context.newPage()
    await page.goto(headless.console)
    for (const name of pages) await shoot(page, name, language)
    await context.close()
  }

  for (const child of [producer, ...consumers]) child.kill('SIGKILL')
  await browser.close()
  await headless.stop()
}

main().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
