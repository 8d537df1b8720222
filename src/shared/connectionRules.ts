/** What the form and the engine agree on; apart from the schemas, so that the window need not carry zod. */

export const MAX_CONNECTIONS = 100
export const MAX_CONNECTION_NAME_LENGTH = 64
export const MAX_CONNECTION_NAMESERVERS = 16
export const MAX_CREDENTIAL_LENGTH = 256
/** Brokers a test of a connection asks. */
export const MAX_TESTED_BROKERS = 64

/** `host:9876`, `10.0.0.1:9876` or `[fd00::1]:9876`; the port is judged by `isAddress`. */
export const ADDRESS_PATTERN =
  /^(?:\[[0-9a-fA-F:.]{2,45}(?:%[\w.-]+)?\]|[\w](?:[\w.-]{0,252}\w)?):(?:[1-9]\d{0,4})$/

export const isAddress = (text: string): boolean =>
  ADDRESS_PATTERN.test(text) && Number(text.slice(text.lastIndexOf(':') + 1)) <= 65_535

/** A list as people write it: `a:9876;b:9876`, or with commas, blanks or lines between. */
export const addressesOf = (text: string): string[] => [
  ...new Set(text.split(/[;,\s]+/).filter((part) => part !== ''))
]
