/** What brokers and nameservers make of UPDATE_…_CONFIG alike: all of it or nothing. Java: Configuration.update, which takes what it knows. */
import type { PropertyTable } from '../base/properties/propertyTable'
import { ResponseCode } from '../protocol/codes/responseCode'
import { parsePropertiesText } from '../protocol/bodies/propertiesText'
import { RemotingError } from '../protocol/remotingCommand'
import { MAX_CONFIG_TEXT_CHARS } from '../../shared/limits'

interface Update {
  table: Pick<PropertyTable, 'check' | 'of' | 'isBlackListed' | 'nearest'>
  /** The body of the request. */
  text: string
  /** All values as they are. */
  before: ReadonlyMap<string, string>
  /** For remarks: `broker broker-a`. */
  owner: string
  /** The command of mqadmin that lists the keys. */
  lister: string
}

/** Longest piece of a client's own text in a remark. */
const MAX_QUOTED = 64
const quoted = (text: string): string => text.slice(0, MAX_QUOTED)

const refuse = (code: number, remark: string): never => {
  throw new RemotingError(code, remark)
}

const judge = (key: string, value: string, { table, owner, lister }: Update): void => {
  const problem = table.check(key, value)
  if (problem?.code === 'UNKNOWN_PROPERTY') {
    const nearest = table.nearest(key)
    const cure = nearest ? `did you mean ${nearest}?` : `${lister} lists those it has`
    refuse(ResponseCode.SYSTEM_ERROR, `${quoted(key)} is not a property of ${owner}; ${cure}`)
  }
  if (table.of(key)?.readOnly)
    refuse(ResponseCode.NO_PERMISSION, `${key} is decided by the cluster of ${owner}, it cannot be updated`) // prettier-ignore
  if (problem)
    refuse(ResponseCode.SYSTEM_ERROR, `${key}=${quoted(value)}: the value must be ${problem.expected}`) // prettier-ignore
}

/**
 * What would change; values that are already so are no change, whatever their key.
 * @throws RemotingError NO_PERMISSION for a key of the black list or of the cluster, SYSTEM_ERROR for anything else wrong.
 */
export const configUpdate = (update: Update): Map<string, string> => {
  const { text, table, before } = update
  if (text.length > MAX_CONFIG_TEXT_CHARS)
    refuse(ResponseCode.SYSTEM_ERROR, `the body has ${text.length} characters, at most ${MAX_CONFIG_TEXT_CHARS} are read`) // prettier-ignore
  const given = parsePropertiesText(text)
  if (given.size === 0)
    refuse(ResponseCode.SYSTEM_ERROR, 'string2Properties error: the body has no key=value line')
  // Java refuses these by their presence, whatever their value.
  for (const key of given.keys())
    if (table.isBlackListed(key))
      refuse(ResponseCode.NO_PERMISSION, `Can not update config in black list. Leave out ${key}.`)
  const changed = new Map([...given].filter(([key, value]) => before.get(key) !== value))
  for (const [key, value] of changed) judge(key, value, update)
  return changed
}
