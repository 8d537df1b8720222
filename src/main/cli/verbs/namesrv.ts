/** Java: org.apache.rocketmq.tools.command.namesrv. */
import { printf } from '../printf'
import { verb, type VerbContext } from '../verb'

const writePerm = (allow: boolean) => {
  const name = allow ? 'addWritePerm' : 'wipeWritePerm'
  const done = allow ? 'add' : 'wipe'
  return verb({
    name,
    about: allow ? 'Lets producers write to a broker again' : 'Keeps producers away from a broker',
    options: { brokerName: { short: 'b', about: 'broker name', required: true } },
    run: async ({ brokerName }, { tools, namesrvAddresses, show }) => {
      for (const address of namesrvAddresses) {
        const topics = await tools.setWritePermAt(address, brokerName.trim(), allow)
        show(
          { namesrv: address, brokerName: brokerName.trim(), topics },
          () =>
            `${done} write perm of broker[${brokerName.trim()}] in name server[${address}] OK, ${topics}`
        )
      }
    }
  })
}

const getNamesrvConfig = verb({
  name: 'getNamesrvConfig',
  about: "A nameserver's properties",
  options: {},
  run: async (_none, { tools, namesrvAddresses, show }) => {
    for (const address of namesrvAddresses) {
      const config = await tools.getNameServerConfig(address)
      show({ namesrv: address, config: Object.fromEntries(config) }, () =>
        [
          `============${address}============`,
          ...[...config].map(([key, value]) => printf('%-50s=  %s', key, value))
        ].join('\n')
      )
    }
  }
})

const updateNamesrvConfig = verb({
  name: 'updateNamesrvConfig',
  about: 'Sets a property of every nameserver given',
  options: {
    key: { short: 'k', about: 'property', required: true },
    value: { short: 'v', about: 'its value', required: true }
  },
  run: async (given, { admin, namesrvAddresses, show }) => {
    const [key, value] = [given.key.trim(), given.value.trim()]
    for (const address of namesrvAddresses) await admin.updateNamesrvConfig(address, [[key, value]])
    show(
      { namesrv: namesrvAddresses, [key]: value },
      () => `update name server config success![${namesrvAddresses.join(', ')}]\n${key} : ${value}`
    )
  }
})

const namespace = { short: 's', about: 'namespace', required: true } as const
const key = { short: 'k', about: 'key', required: true } as const

const updateKvConfig = verb({
  name: 'updateKvConfig',
  about: 'Sets a value of the nameservers’ key/value table',
  options: { namespace, key, value: { short: 'v', about: 'value', required: true } },
  run: async (given, { tools, show }: VerbContext) => {
    const entry = { namespace: given.namespace.trim(), key: given.key.trim(), value: given.value.trim() } // prettier-ignore
    await tools.createAndUpdateKvConfig(entry.namespace, entry.key, entry.value)
    show(entry, () => 'create or update kv config to namespace success.')
  }
})

const deleteKvConfig = verb({
  name: 'deleteKvConfig',
  about: 'Removes a value of the nameservers’ key/value table',
  options: { namespace, key },
  run: async (given, { tools, show }) => {
    const entry = { namespace: given.namespace.trim(), key: given.key.trim() }
    await tools.deleteKvConfig(entry.namespace, entry.key)
    show(entry, () => 'delete kv config from namespace success.')
  }
})

export const namesrvVerbs = [
  writePerm(false),
  writePerm(true),
  getNamesrvConfig,
  updateNamesrvConfig,
  updateKvConfig,
  deleteKvConfig
]
