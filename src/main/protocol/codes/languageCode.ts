/** Java: LanguageCode. The index is the byte of the compact header. */
export const languageCodes = [
  'JAVA',
  'CPP',
  'DOTNET',
  'PYTHON',
  'DELPHI',
  'ERLANG',
  'RUBY',
  'OTHER',
  'HTTP',
  'GO',
  'PHP',
  'OMS',
  'RUST',
  'NODE_JS'
] as const

export type LanguageCode = (typeof languageCodes)[number]

const bytes = new Map<string, number>(languageCodes.map((name, index) => [name, index]))

/** An unknown name travels as OTHER. */
export const languageByte = (name: string): number => bytes.get(name) ?? 7

export const languageName = (byte: number): LanguageCode => languageCodes[byte] ?? 'OTHER'
