/** The Connect card's programs for Node, as the card shows them. The others are run by the compat suite. */
import { expect, test } from 'vitest'
import {
  SNIPPET_TOPIC,
  snippets,
  snippetText
} from '../../../src/renderer/src/pages/cluster/snippets'
import { runNodeSnippet } from '../../snippets'
import { grpcRig } from './rig'

test('gRPC: it sends and receives', async () => {
  const rig = await grpcRig()
  await rig.topic(SNIPPET_TOPIC)
  const [node] = snippets.grpc
  const { code, stdout, stderr } = await runNodeSnippet(snippetText(node!, rig.endpoints()))
  expect(code, stderr).toBe(0)
  expect(stdout).toMatch(/^sent [0-9A-F]{34}\nreceived Hello\n$/)
})

test('remoting: it sends', async () => {
  const rig = await grpcRig()
  await rig.topic(SNIPPET_TOPIC)
  const [node] = snippets.remoting
  const text = snippetText(node!, rig.namesrv.address)
  const { code, stdout, stderr } = await runNodeSnippet(text)
  expect(code, stderr).toBe(0)
  expect(stdout).toMatch(/sent [0-9A-F]{32}\n$/)
})
