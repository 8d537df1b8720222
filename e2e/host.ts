/** Where the application runs: in Electron when its binary is installed, else headless with the same renderer in a browser. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { _electron, chromium, type Page } from '@playwright/test'
import type { Outcome } from '../src/shared/contract'
import type { AppInfo, ClusterView } from '../src/shared/views'
import { startHeadless } from '../tests/headless'
import { findBrowser, launchOptions, NO_BROWSER } from './browser'

export interface Host {
  kind: 'electron' | 'headless'
  page: Page
  dataDir: string
  namesrv: string
  /** Port of the first broker. */
  brokerPort: number
  /** Everything the page printed as an error, CSP violations among it. */
  pageErrors: string[]
  log(): string
  close(): Promise<void>
}

const root = resolve(import.meta.dirname, '..')

/** Path of Electron's binary; undefined where its package was installed without one. Its own module would download it. */
const electronBinary = (): string | undefined => {
  const folder = join(root, 'node_modules', 'electron')
  const named = join(folder, 'path.txt')
  if (!existsSync(named)) return undefined
  const path = join(folder, 'dist', readFileSync(named, 'utf8').trim())
  return existsSync(path) ? path : undefined
}

const portOf = (address: string): number => Number(address.split(':').at(-1))

const watchErrors = (page: Page): string[] => {
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  return errors
}

const inElectron = async (
  executablePath: string,
  dataDir: string,
  args: string[]
): Promise<Host> => {
  const app = await _electron.launch({
    executablePath,
    args: [root, '--data', dataDir, '--namesrv', '0', '--broker', '0', '--grpc', '0', ...args]
  })
  const page = await app.firstWindow()
  const pageErrors = watchErrors(page)
  // Text, because this file is checked without the browser's types.
  const ask = async <T>(method: string): Promise<T> => {
    const outcome = await page.evaluate<Outcome<T>>(`window.gantry.call("${method}")`)
    if (!outcome.ok) throw new Error(outcome.error.message)
    return outcome.value
  }
  const info = await ask<AppInfo>('app.info')
  const cluster = await ask<ClusterView>('cluster.view')
  return {
    kind: 'electron',
    page,
    dataDir,
    namesrv: info.namesrvAddresses[0]!,
    brokerPort: portOf(cluster.brokers[0]!.address),
    pageErrors,
    log: () => '',
    close: () => app.close()
  }
}

const inBrowser = async (dataDir: string, args: string[]): Promise<Host> => {
  const executablePath = findBrowser()
  if (executablePath === undefined) throw new Error(NO_BROWSER)
  const headless = await startHeadless({ dataDir, args })
  const browser = await chromium.launch(launchOptions(executablePath))
  const context = await browser.newContext({
    locale: 'en-US',
    viewport: { width: 1280, height: 800 }
  })
  const page = await context.newPage()
  const pageErrors = watchErrors(page)
  await page.goto(headless.ready.console)
  return {
    kind: 'headless',
    page,
    dataDir,
    namesrv: headless.ready.namesrv[0]!,
    brokerPort: portOf(headless.ready.brokers[0]!.address),
    pageErrors,
    log: () => headless.stderr(),
    close: async () => {
      await browser.close()
      await headless.stop()
    }
  }
}

export const hostName = (): string =>
  electronBinary() === undefined
    ? `headless console in ${findBrowser() ?? 'no browser'} (no Electron binary installed)`
    : 'Electron'

export const openHost = (dataDir: string, args: string[] = []): Promise<Host> => {
  const electron = electronBinary()
  return electron === undefined ? inBrowser(dataDir, args) : inElectron(electron, dataDir, args)
}
