/** Start at login: the system's own way on macOS and Windows, an autostart file on Linux. */
import { app } from 'electron'
import { dirname, join } from 'node:path'
import type { Disk } from '../base/disk'

interface Deps {
  platform: NodeJS.Platform
  env: Readonly<Record<string, string | undefined>>
  home: string
  /** What a click on the icon runs; an AppImage says itself where it lies. */
  executable: string
  disk: Pick<Disk, 'exists' | 'mkdirp' | 'replaceFile' | 'remove'>
}

export const autostartFile = ({ env, home }: Pick<Deps, 'env' | 'home'>): string =>
  join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'autostart', 'gantry.desktop')

/** Quoted as the desktop entry specification wants it. */
const quoted = (text: string): string => `"${text.replace(/[\\"`$]/g, (char) => `\\${char}`)}"`

const entry = (executable: string): string =>
  ['[Desktop Entry]', 'Type=Application', 'Name=Gantry', `Exec=${quoted(executable)} --hidden`, 'X-GNOME-Autostart-enabled=true', ''].join('\n') // prettier-ignore

/** @throws the disk's error on Linux. */
export const setStartAtLogin = (on: boolean, deps: Deps): void => {
  if (deps.platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: on, args: ['--hidden'] })
    return
  }
  const file = autostartFile(deps)
  if (on) {
    deps.disk.mkdirp(dirname(file), 'unsynced')
    deps.disk.replaceFile(file, entry(deps.env['APPIMAGE'] ?? deps.executable))
  } else if (deps.disk.exists(file)) deps.disk.remove(file)
}
