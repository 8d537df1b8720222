/** What connects a stock client; the files are those the tests execute. */

export type SnippetProtocol = 'grpc' | 'remoting'
export type SnippetLanguage = 'node' | 'java' | 'python' | 'go'

export interface Snippet {
  readonly language: SnippetLanguage
  readonly label: string
  /** Below resources/snippets. */
  readonly file: string
  /** It gives up on an unknown topic before a broker could create it. */
  readonly needsTopic: boolean
}

export const snippets: Readonly<Record<SnippetProtocol, readonly Snippet[]>> = {
  grpc: [
    { language: 'node', label: 'Node', file: 'grpc/node.mjs', needsTopic: true },
    { language: 'java', label: 'Java', file: 'grpc/Java.java', needsTopic: true },
    { language: 'python', label: 'Python', file: 'grpc/python.py', needsTopic: true },
    { language: 'go', label: 'Go', file: 'grpc/go.go', needsTopic: true }
  ],
  remoting: [
    { language: 'node', label: 'Node (ali-ons)', file: 'remoting/node.mjs', needsTopic: true },
    { language: 'java', label: 'Java', file: 'remoting/Java.java', needsTopic: false }
  ]
}

export const snippetProtocols = ['grpc', 'remoting'] as const satisfies SnippetProtocol[]

export const SNIPPET_TOPIC = 'Demo'
export const SNIPPET_GROUP = 'GID_demo'

const FOLDER = '../../../../../resources/snippets/'

const texts = import.meta.glob<string>('../../../../../resources/snippets/*/*', {
  query: '?raw',
  import: 'default',
  eager: true
})

/** @param address one or more, separated by semicolons; ali-ons takes the first. */
export const snippetText = ({ file }: Snippet, address: string): string => {
  const endpoint = file === 'remoting/node.mjs' ? (address.split(';')[0] ?? '') : address
  const values: Record<string, string> = { endpoint, topic: SNIPPET_TOPIC, group: SNIPPET_GROUP }
  const text = (texts[FOLDER + file] ?? '').replaceAll('\t', '    ').trimEnd()
  return text.replace(/\{\{(\w+)\}\}/g, (_all, name: string) => values[name] ?? '')
}
