/** From a problem's code to the HTTP status that says the same. */
import type { Problem } from '../../../shared/views'

const statuses: Readonly<Record<string, number>> = {
  INVALID_INPUT: 400,
  INVALID_PARAMETER: 400,
  INVALID_PROPERTY: 400,
  INVALID_SPEC: 400,
  UNKNOWN_PROPERTY: 400,
  MESSAGE_ILLEGAL: 400,
  SUBSCRIPTION_PARSE_FAILED: 400,
  NO_PERMISSION: 403,
  TOPIC_NOT_EXIST: 404,
  SUBSCRIPTION_GROUP_NOT_EXIST: 404,
  SUBSCRIPTION_NOT_EXIST: 404,
  NO_MESSAGE: 404,
  NO_ROUTE: 404,
  UNKNOWN_METHOD: 404,
  CONSUMER_NOT_ONLINE: 409,
  GROUP_ONLINE: 409,
  PORT_IN_USE: 409,
  NODE_NOT_RUNNING: 409,
  FLOW_CONTROL: 429,
  REQUEST_CODE_NOT_SUPPORTED: 501,
  VERSION_NOT_SUPPORTED: 501,
  INTERNAL: 500,
  SYSTEM_ERROR: 500,
  NODE_CRASHED: 500,
  NAMESRV_UNREACHABLE: 502,
  BROKER_UNREACHABLE: 502,
  CONNECTION_LOST: 502,
  BROKER_NOT_EXIST: 503,
  SYSTEM_BUSY: 503,
  SERVICE_NOT_AVAILABLE: 503,
  TIMEOUT: 504
}

/** By how the code ends, for the many of a kind. */
const endings: readonly (readonly [RegExp, number])[] = [
  [/_NOT_FOUND$/, 404],
  [/_(TAKEN|BUSY|EXISTS|IS_RUNNING)$/, 409],
  [/_TOO_LARGE$/, 413],
  [/_UNREACHABLE$/, 502]
]

/** What is refused for a reason of its own. */
const REFUSED = 422

export const problemStatus = ({ code }: Pick<Problem, 'code'>): number =>
  statuses[code] ?? endings.find(([ending]) => ending.test(code))?.[1] ?? REFUSED
