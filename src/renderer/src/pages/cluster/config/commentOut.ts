import type { ConfigLine } from '../../../../../shared/configViews'

/** The text with its refused lines as comments. */
export const commentOut = (text: string, lines: readonly ConfigLine[]): string => {
  const refused = new Set(
    lines
      .filter(({ isRefused }) => isRefused)
      .flatMap(({ line, endLine }) =>
        Array.from({ length: endLine - line + 1 }, (_, i) => line + i)
      )
  )
  return text
    .split('\n')
    .map((line, index) => (refused.has(index + 1) ? `# ${line}` : line))
    .join('\n')
}
