/** Where everything lies below the one data folder. Names are fixed or numbered, never taken from the wire. */
import { join, resolve } from 'node:path'

export interface DataFolder {
  /** Absolute. */
  root: string
  /** Settings and saved broker properties. */
  installation: string
  namesrv(index: number): string
  broker(index: number): string
}

export const dataFolder = (path: string): DataFolder => {
  const root = resolve(path)
  return {
    root,
    installation: join(root, 'installation'),
    namesrv: (index) => join(root, 'nodes', `namesrv-${index}`),
    broker: (index) => join(root, 'nodes', `broker-${index}`)
  }
}

interface Surroundings {
  platform: NodeJS.Platform
  env: Readonly<Record<string, string | undefined>>
  home: string
}

/** The data folder where `--data` names none: the platform's own place, the same with and without a window. */
export const defaultDataPath = ({ platform, env, home }: Surroundings): string => {
  switch (platform) {
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'Gantry')
    case 'win32':
      return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Gantry')
    default:
      return join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'gantry')
  }
}
