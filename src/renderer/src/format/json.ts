/** JSON without JavaScript's numbers in between: an order number of twenty digits must survive being looked at. */

/** A number as it stands in the text, where JavaScript would round it. */
export class JsonNumber {
  constructor(readonly source: string) {}
}

interface SourceContext {
  source?: string
}

// Without source text access (before Chromium 114) the number is shown rounded, as everywhere else.
const keepNumber = (_key: string, value: unknown, context?: SourceContext): unknown =>
  typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
    ? new JsonNumber(context.source)
    : value

/** @throws SyntaxError */
export const parseJson = (text: string): unknown => JSON.parse(text, keepNumber)

/** Where it is worth showing as a tree: objects and arrays, not bare numbers or words. */
export const jsonOfText = (text: string): object | undefined => {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    const value = parseJson(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    // Not JSON is an answer here, not a failure.
    return undefined
  }
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

/** The same text laid out in lines; literals stay letter for letter. @throws SyntaxError */
export const prettyJson = (text: string): string => {
  JSON.parse(text)
  let depth = 0
  let out = ''
  let previous = ''
  const newline = () => `\n${'  '.repeat(depth)}`
  for (const [token] of text.matchAll(tokens)) {
    const closes = token === '}' || token === ']'
    if (closes) depth--
    if (closes ? previous !== '{' && previous !== '[' : previous === '{' || previous === '[') {
      out += newline()
    } else if (previous === ',') {
      out += newline()
    }
    out += token === ':' ? ': ' : token
    if (token === '{' || token === '[') depth++
    previous = token
  }
  return out
}
