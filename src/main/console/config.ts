import type { Handlers } from '../../shared/contract'
import type { NodeConfigs } from '../cluster/config/nodeConfigs'

interface Deps {
  configs: Pick<
    NodeConfigs,
    | 'view'
    | 'check'
    | 'save'
    | 'saveText'
    | 'history'
    | 'versionText'
    | 'restore'
    | 'listing'
    | 'versionListing'
    | 'defaultListing'
  >
}

export const configHandlers = ({ configs }: Deps) =>
  ({
    'config.view': ({ id }) => configs.view(id),
    'config.check': ({ id, text }) => configs.check(id, text),
    'config.save': ({ id, properties }) => configs.save(id, properties),
    'config.saveText': ({ id, text, by }) => configs.saveText(id, text, by),
    'config.history': ({ id }) => configs.history(id),
    'config.version': ({ id, version }) => ({ text: configs.versionText(id, version) }),
    'config.restore': ({ id, version }) => configs.restore(id, version),
    'config.listing': ({ id, of }) => {
      if (of === 'saved') return { text: configs.listing(id) }
      if (of === 'defaults') return { text: configs.defaultListing(id) }
      return { text: configs.versionListing(id, of) }
    }
  }) satisfies Partial<Handlers>
