/** A node's file for the Java server: the person's own, with only the keys RocketMQ knows. */
import type { ConfigView } from '../../../shared/configViews'
import { EXPORT_VERSION } from '../../../shared/exportViews'
import { valuesIn } from '../../base/properties/configDocument'
import { escapeValue, readProperties } from '../../base/properties/propertiesDocument'
import type { PropertyTable } from '../../base/properties/propertyTable'

/** What the other place decides; null: left to the server. */
export type Place = Readonly<Record<string, string | null>>

interface Node {
  view: Pick<ConfigView, 'id' | 'kind' | 'text'>
  table: Pick<PropertyTable, 'of' | 'stockKey' | 'isBlackListed' | 'document'>
  /** What is saved, `--set` of this run included. */
  chosen: ReadonlyMap<string, string>
  place: Place
}

const hints: Readonly<Record<ConfigView['kind'], readonly string[]>> = {
  // JSON has no comments.
  proxy: [],
  broker: [
    'storePathRootDir: where messages go; without it, store in the home folder of the user.',
    'Two brokers on one machine need a storePathRootDir each.',
    'brokerIP1: the address clients are told; without it, the broker chooses one of the machine.'
  ],
  namesrv: ['kvConfigPath and configStorePath: without them, in the home folder of the user.']
}

const secretHint = (keys: readonly string[]): string =>
  `${keys.join(' and ')} held a password or secret, which is not exported.`

/** Java keeps no users without the name of a class. */
const providers = [
  [
    'authenticationEnabled',
    'authenticationMetadataProvider',
    'org.apache.rocketmq.auth.authentication.provider.LocalAuthenticationMetadataProvider'
  ],
  [
    'authorizationEnabled',
    'authorizationMetadataProvider',
    'org.apache.rocketmq.auth.authorization.provider.LocalAuthorizationMetadataProvider'
  ]
] as const

/** Java reads files as ISO 8859-1, so that a value typed in Chinese needs its escapes. */
const inAscii = (text: string): string => {
  const lines = text.split('\n')
  for (const { line, endLine } of readProperties(text))
    for (let at = line - 1; at < endLine; at++)
      lines[at] = (lines[at] ?? '').replace(/[^\0-\x7f]/g, (char) => escapeValue(char))
  return lines.join('\n')
}

export const exportConf = ({ view, table, chosen, place }: Node): string => {
  const changes = new Map<string, string | null>()
  for (const key of valuesIn(table.document, view.text).keys()) {
    const isRefused = table.isBlackListed(key) || table.of(key)?.readOnly === true
    if (!table.stockKey(key) || isRefused || table.of(key)?.secret) changes.set(key, null)
  }
  for (const [key, value] of chosen)
    if (table.stockKey(key) && !table.of(key)?.secret) changes.set(key, value)
  if (view.kind === 'broker')
    for (const [switched, provider, name] of providers)
      if (chosen.get(switched) === 'true' && !chosen.has(provider)) changes.set(provider, name)
  for (const [key, value] of Object.entries(place)) changes.set(key, value)
  const secrets = [...chosen.keys()].filter((key) => table.of(key)?.secret)
  const edited = table.document.edit(view.text, changes)
  if (view.kind === 'proxy') return edited
  const header = [
    `${view.id}, exported by Gantry for Apache RocketMQ ${EXPORT_VERSION}.`,
    ...hints[view.kind],
    ...(secrets.length > 0 ? [secretHint(secrets)] : [])
  ].map((line) => `# ${line}\n`)
  return header.join('') + inAscii(edited)
}
