/** Connections kept in the installation's metadata, by number. */
import { MAX_CONNECTIONS } from '../../../shared/connectionRules'
import type { ConnectionDraft, ConnectionTestQuery } from '../../../shared/connectionDrafts'
import type { ConnectionView } from '../../../shared/connectionViews'
import { ProblemError } from '../../cluster/problem'
import type { Collection } from '../../meta/collection'
import type { ConnectionDoc } from '../../meta/installationMeta'
import type { ConnectionSettings } from './target'

const viewOf = ({ secretKey, namesrvAddresses, ...doc }: ConnectionDoc): ConnectionView => ({
  ...doc,
  namesrvAddresses: [...namesrvAddresses],
  hasSecret: secretKey !== ''
})

export class SavedConnections {
  constructor(
    private readonly connections: Pick<Collection<ConnectionDoc>, 'all' | 'get' | 'put' | 'remove'>
  ) {}

  /** By name; without secrets. */
  list(): ConnectionView[] {
    return this.docs()
      .map(viewOf)
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.number - b.number))
  }

  /** @throws ProblemError CONNECTION_NOT_FOUND. */
  get(number: number): ConnectionDoc {
    const doc = this.connections.get(String(number))
    if (doc) return doc
    throw new ProblemError('CONNECTION_NOT_FOUND', { number }, `there is no connection ${number}`)
  }

  /** @throws ProblemError CONNECTION_NAME_TAKEN, TOO_MANY_CONNECTIONS, CONNECTION_NOT_FOUND, SECRET_MISSING. */
  async save(draft: ConnectionDraft): Promise<ConnectionView> {
    const others = this.docs().filter(({ number }) => number !== draft.number)
    const { name } = draft
    if (others.some((other) => other.name === name))
      throw new ProblemError('CONNECTION_NAME_TAKEN', { name }, `a connection is called ${name}`)
    if (draft.number === undefined && others.length >= MAX_CONNECTIONS)
      throw new ProblemError(
        'TOO_MANY_CONNECTIONS',
        { max: MAX_CONNECTIONS },
        `${MAX_CONNECTIONS} connections are kept at most`
      )
    const number = draft.number ?? Math.max(0, ...others.map((other) => other.number)) + 1
    const doc = { number, name, ...this.settings(draft) }
    await this.connections.put(String(number), doc)
    return viewOf(doc)
  }

  async remove(number: number): Promise<void> {
    await this.connections.remove(String(this.get(number).number))
  }

  /** With the secret that is kept where none was typed. */
  settings(query: ConnectionTestQuery): ConnectionSettings {
    const { number, namesrvAddresses, tls, accessKey, vipChannel } = query
    const kept = number === undefined ? undefined : this.get(number)
    const secretKey = accessKey === '' ? '' : (query.secretKey ?? kept?.secretKey ?? '')
    if (accessKey !== '' && secretKey === '')
      throw new ProblemError('SECRET_MISSING', {}, 'an access key without its secret key')
    return { namesrvAddresses: [...new Set(namesrvAddresses)], tls, accessKey, secretKey, vipChannel } // prettier-ignore
  }

  private docs(): ConnectionDoc[] {
    return this.connections.all().map(([, doc]) => doc)
  }
}
