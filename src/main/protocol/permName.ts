/** Permission bits of a topic or broker. Java: PermName. */
export const PERM_INHERIT = 1
export const PERM_WRITE = 2
export const PERM_READ = 4

export const isReadable = (perm: number): boolean => (perm & PERM_READ) !== 0
export const isWriteable = (perm: number): boolean => (perm & PERM_WRITE) !== 0
export const isInherited = (perm: number): boolean => (perm & PERM_INHERIT) !== 0

/** `RWX`, as the Java tools print it. */
export const permText = (perm: number): string =>
  (isReadable(perm) ? 'R' : '-') + (isWriteable(perm) ? 'W' : '-') + (isInherited(perm) ? 'X' : '-')
