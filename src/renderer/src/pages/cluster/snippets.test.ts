import { expect, test } from 'vitest'
import { snippetProtocols, snippets, snippetText } from './snippets'

const all = snippetProtocols.flatMap((protocol) =>
  snippets[protocol].map((snippet) => [snippet.file, snippet] as const)
)

test.each(all)('%s is filled in whole', (_file, snippet) => {
  const text = snippetText(snippet, '127.0.0.1:8081')
  expect(text).toContain('127.0.0.1:8081')
  expect(text).toContain('Demo')
  expect(text).not.toContain('{{')
})

test('ali-ons is given one nameserver, Java all of them', () => {
  const [node, java] = snippets.remoting.map((snippet) => snippetText(snippet, 'a:1;b:2'))
  expect(node).toContain(`'a:1'`)
  expect(java).toContain('"a:1;b:2"')
})
