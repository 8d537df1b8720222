import type { Handlers } from '../../shared/contract'
import type { AppInfo } from '../../shared/views'
import type { Supervisor } from '../cluster/supervisor'
import { CURRENT_VERSION, versionDesc } from '../protocol/codes/mqVersion'

/** What does not change while the process lives. */
export type About = Pick<AppInfo, 'version' | 'host' | 'platform' | 'dataDir' | 'pid' | 'startedAt'>

interface Deps {
  about: About
  supervisor: Pick<Supervisor, 'namesrvAddresses' | 'settled'>
}

export const appHandlers = ({ about, supervisor }: Deps) =>
  ({
    'app.info': async () => {
      // A port the system chooses is known only then.
      await supervisor.settled
      return {
        ...about,
        namesrvAddresses: supervisor.namesrvAddresses(),
        rocketmqVersion: versionDesc(CURRENT_VERSION)
      }
    }
  }) satisfies Partial<Handlers>
