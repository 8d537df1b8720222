/** Who signs: a user of a broker by two other names. Java: SessionCredentials. */
export interface SessionCredentials {
  /** The username. */
  accessKey: string
  /** The password. */
  secretKey: string
  securityToken?: string | undefined
}

/** Texts of a JSON object; undefined where one is missing or the first is empty. */
const textsIn = <K extends string>(value: string, ...names: K[]): Record<K, string> | undefined => {
  try {
    const fields = JSON.parse(value) as Partial<Record<string, unknown>>
    const found = names.map((name) => [name, fields[name]] as const)
    const isWhole = found.every(([, field]) => typeof field === 'string') && found[0]?.[1] !== ''
    return isWhole ? (Object.fromEntries(found) as Record<K, string>) : undefined
  } catch {
    // Not JSON: nobody.
    return undefined
  }
}

/** Of the key `initAuthenticationUser`; undefined where it names nobody. Java: User. */
export const userOf = (value: string): { username: string; password: string } | undefined =>
  textsIn(value, 'username', 'password')

/** Of the key `innerClientAuthenticationCredentials`; undefined where it has none. */
export const credentialsOf = (value: string): SessionCredentials | undefined =>
  textsIn(value, 'accessKey', 'secretKey')
