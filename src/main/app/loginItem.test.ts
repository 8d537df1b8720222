import { beforeEach, expect, test, vi } from 'vitest'
import { fake, resetElectron } from './electron.fixture'
import { setStartAtLogin } from './loginItem'

vi.mock('electron', async () => (await import('./electron.fixture')).fakeElectron)

beforeEach(resetElectron)

const deps = (platform: NodeJS.Platform, env: Record<string, string> = {}) => {
  const files = new Map<string, string>()
  const disk = {
    exists: (path: string) => files.has(path),
    mkdirp: () => undefined,
    replaceFile: (path: string, content: string | Buffer) => void files.set(path, String(content)),
    remove: (path: string) => void files.delete(path)
  }
  return { files, platform, env, home: '/home/u', executable: '/opt/Gantry $x/gantry', disk }
}

test('on Linux it is a file of the session, gone when switched off', () => {
  const linux = deps('linux')
  setStartAtLogin(true, linux)
  const path = '/home/u/.config/autostart/gantry.desktop'
  expect(linux.files.get(path)).toContain('Exec="/opt/Gantry \\$x/gantry" --hidden\n')
  setStartAtLogin(false, linux)
  setStartAtLogin(false, linux)
  expect(linux.files.size).toBe(0)
})

test('an AppImage starts where it lies, not where it is mounted', () => {
  const linux = deps('linux', { APPIMAGE: '/home/u/Gantry.AppImage', XDG_CONFIG_HOME: '/cfg' })
  setStartAtLogin(true, linux)
  expect(linux.files.get('/cfg/autostart/gantry.desktop')).toContain('/home/u/Gantry.AppImage')
})

test('elsewhere the system does it', () => {
  setStartAtLogin(true, deps('darwin'))
  expect(fake.app.calls).toEqual(['login {"openAtLogin":true,"args":["--hidden"]}'])
})
