/** Answers of our controller against those of RocketMQ 5.3.3's (`answers.json`), to one script of requests. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { connectPlayers, play, steps, type Answer } from '../../fixtures/controller/script'
import { controllerNameserver } from './scriptedBrokers'

const file = resolve(import.meta.dirname, '../../fixtures/controller/answers.json')
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Answer>

test('every step is answered as RocketMQ answers it', async () => {
  const { address } = await controllerNameserver()
  const [host = '', port] = address.split(':')
  const players = connectPlayers(host, Number(port))
  onTestFinished(() => players.leave())
  const given = await play(players)
  for (const { name } of steps) expect.soft(given[name], name).toEqual(recorded[name])
})
