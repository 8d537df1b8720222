/** Numbers as people read them; pure, the locale is handed in. */

export const formatInteger = (value: number, locale: string): string =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(value)

/** Exact below 100 000, then 123K or 12.3万. */
export const formatCompact = (value: number, locale: string): string =>
  Math.abs(value) < 100_000
    ? formatInteger(value, locale)
    : new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(value)

/** Messages per second: one decimal below 10, where it tells "slow" from "nothing". */
export const formatRate = (perSecond: number, locale: string): string => {
  const maximumFractionDigits = perSecond > 0 && perSecond < 10 ? 1 : 0
  return perSecond < 100_000
    ? new Intl.NumberFormat(locale, { maximumFractionDigits }).format(perSecond)
    : formatCompact(perSecond, locale)
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

export const formatBytes = (bytes: number, locale: string): string => {
  let value = bytes
  let unit = 0
  while (Math.abs(value) >= 1024 && unit < byteUnits.length - 1) {
    value /= 1024
    unit++
  }
  const maximumFractionDigits = unit === 0 || value >= 100 ? 0 : 1
  const text = new Intl.NumberFormat(locale, { maximumFractionDigits }).format(value)
  return `${text} ${byteUnits[unit]}`
}
