/** Finds a browser for a newcomer: one on the machine, else Playwright's download, else one clear line. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, type Browser, type LaunchOptions } from '@playwright/test'

const names =
  process.platform === 'win32'
    ? ['chrome.exe', 'msedge.exe']
    : ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']

const places = (): string[] => {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const programFiles = [
    process.env.PROGRAMFILES,
    process.env['PROGRAMFILES(X86)'],
    process.env.LOCALAPPDATA
  ]
  return [
    process.env.GANTRY_BROWSER ?? '',
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    ...programFiles.flatMap((folder) =>
      folder === undefined
        ? []
        : [
            join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
            join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe')
          ]
    ),
    chromium.executablePath()
  ]
}

export const NO_BROWSER =
  'No browser found for the e2e tests: install Chrome, Chromium or Edge (Debian: apt-get install chromium), ' +
  'run `npx playwright install chromium`, or set GANTRY_BROWSER to one.'

/** Path of a Chromium-like browser; undefined where there is none. */
export const findBrowser = (): string | undefined =>
  places().find((path) => path !== '' && existsSync(path))

export const launchOptions = (executablePath: string): LaunchOptions => ({
  executablePath,
  headless: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic'
  ]
})

export const launchBrowser = async (): Promise<Browser | undefined> => {
  const path = findBrowser()
  return path === undefined ? undefined : chromium.launch(launchOptions(path))
}
