/** The running cluster as files for Apache RocketMQ; the script is run by a real shell. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { ExportView } from '../../../src/shared/exportViews'
import { parsePropertiesText } from '../../../src/main/protocol/bodies/propertiesText'
import { startHeadless, type Headless } from '../../headless'
import { ConsoleSocket } from './consoleSocket'

const folder = mkdtempSync(join(tmpdir(), 'gantry export '))
let headless: Headless
let window: ConsoleSocket

beforeAll(async () => {
  headless = await startHeadless({ args: ['--set', 'transactionCheckMax=7'] })
  window = await ConsoleSocket.open(headless.ready.console)
  const topic = { topic: 'Orders', readQueueNums: 3, writeQueueNums: 5, perm: 6 as const }
  await window.call('topic.save', topic)
  await window.call('group.save', { groupName: 'GID_Orders', retryMaxTimes: 3 })
})
afterAll(async () => {
  await headless.stop()
  rmSync(folder, { recursive: true, force: true })
})

const textOf = ({ files }: ExportView, name: string): string => {
  const file = files.find((each) => each.name === name)
  if (!file) throw new Error(`${name} is not among ${files.map((each) => each.name).join(', ')}`)
  return file.text
}

test('every node has a file, and the compose file names them all', async () => {
  const view = await window.call('export.files', { brokerIP: '10.0.0.5' })
  expect(view).toMatchObject({ topics: 1, groups: 1, missing: [] })
  const compose = parse(textOf(view, 'docker-compose.yml')) as {
    services: Record<string, { volumes: string[] }>
  }
  const mounted = Object.values(compose.services).flatMap(({ volumes }) =>
    volumes.flatMap((volume) => /^\.\/(conf\/[^:]+):/.exec(volume)?.[1] ?? [])
  )
  const files = view.files.map(({ name }) => name).filter((name) => name.startsWith('conf/'))
  expect(mounted.sort()).toEqual(files.sort())
  const conf = parsePropertiesText(textOf(view, 'conf/broker-a.conf'))
  expect(Object.fromEntries(conf)).toMatchObject({
    brokerName: 'broker-a',
    namesrvAddr: expect.stringMatching(/^namesrv:\d+$/) as string,
    brokerIP1: '10.0.0.5',
    transactionCheckMax: '7'
  })
  expect(conf.has('storePathRootDir')).toBe(false)
})

test('the file of one node has the addresses it has here', async () => {
  const { text } = await window.call('export.conf', { id: 'broker-a:0' })
  expect(parsePropertiesText(text).get('namesrvAddr')).toBe(headless.ready.namesrv[0])
})

test('the script gives the tool each value as one word, and ends with its first failure', async () => {
  const tool = join(folder, "mqadmin's")
  const run = (script: string) => {
    const env = { ...process.env, MQADMIN: tool, NAMESRV_ADDR: 'there:1' }
    return execFileSync('sh', ['-s'], { input: script, env, encoding: 'utf8', stdio: 'pipe' })
  }
  const fake = (says: string): void => {
    writeFileSync(tool, `#!/bin/sh\n${says}\n`)
    chmodSync(tool, 0o755)
  }
  const script = textOf(await window.call('export.files', {}), 'mqadmin.sh')
  fake('printf "[%s]" "$@"; echo')
  expect(run(script).split('\n').slice(0, 2)).toEqual([
    '[updateTopic][-c][DefaultCluster][-t][Orders][-r][3][-w][5][-p][6][-o][false][-u][false][-s][false][-n][there:1]',
    '[updateSubGroup][-c][DefaultCluster][-g][GID_Orders][-s][true][-m][true][-d][true][-o][false][-q][1][-r][3][-i][0][-w][1][-a][true][-n][there:1]'
  ])
  // The official tool ends with 0 where a command failed.
  fake('echo "SubCommandException: UpdateTopicSubCommand command failed"')
  expect(() => run(script)).toThrow(/failed: updateTopic/)
})

test('a broker that does not run is named, and its file is there all the same', async () => {
  await window.call('node.stop', { id: 'broker-a:0' })
  const view = await window.call('export.files', {})
  expect(view).toMatchObject({ topics: 0, groups: 0, missing: ['broker-a'] })
  expect(textOf(view, 'mqadmin.sh')).toContain('# broker-a did not answer')
  expect(textOf(view, 'conf/broker-a.conf')).toContain('transactionCheckMax=7')
})
