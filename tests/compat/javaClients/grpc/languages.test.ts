// What the Connect card tells people to paste, and a little more of the official Python and Go clients.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { go, java, type Language, program, python } from './languages'
import { type GrpcRig, startGrpcRig } from './rig'

const snippets = 'resources/snippets/grpc'
const languages: { language: Language; snippet: string; smoke?: string }[] = [
  { language: java, snippet: `${snippets}/Java.java` },
  { language: python, snippet: `${snippets}/python.py`, smoke: 'tests/compat/python/smoke.py' },
  { language: go, snippet: `${snippets}/go.go`, smoke: 'tests/compat/go/smoke.go' }
]

describe.skipIf(inject('hindrance'))('programs as people write them', () => {
  let rig: GrpcRig

  beforeAll(async () => {
    rig = await startGrpcRig()
  })

  afterAll(() => rig?.stop())

  describe.each(languages)('in $language.name', ({ language, snippet, smoke }) => {
    const namesOf = (kind: string) => ({
      ...{ endpoint: rig.endpoints, topic: `${language.name}_${kind}` },
      group: `${language.name}_${kind}_group`
    })
    let problem = ''

    beforeAll(() => {
      problem = language.fetch()
      if (problem !== '') process.stderr.write(`${language.name} skipped: ${problem}\n`)
    })

    test('the snippet of the Connect card sends and receives', async (context) => {
      if (problem !== '') return context.skip(problem)
      const names = namesOf('snippet')
      await rig.topic(names.topic)
      const { code, lines, stderr } = await language.run(program(snippet, names))
      expect(lines, stderr).toContainEqual(expect.stringMatching(/^sent [0-9A-F]{34}$/))
      expect(lines, stderr).toContain('received Hello')
      expect(code, stderr).toBe(0)
    })

    test.skipIf(smoke === undefined)('more of its client works as well', async (context) => {
      if (problem !== '') return context.skip(problem)
      const names = namesOf('smoke')
      await rig.topic(names.topic, { type: 'MIXED' })
      await rig.group(`${names.group}_push`, { retries: 3 })
      const { code, lines, stderr } = await language.run(program(smoke!, names))
      expect(code, stderr).toBe(0)
      const rows = lines.filter((text) => text.startsWith('{')).map((text) => JSON.parse(text) as Record<string, unknown>) // prettier-ignore
      const received = rows.filter(({ event }) => event === 'received')
      const sent = new Map(
        rows.filter(({ event }) => event === 'sent').map(({ body, id }) => [body, id])
      )
      expect(sent.size).toBe(13)
      expect(received.map(({ body }) => body).sort()).toEqual([...sent.keys()].sort())
      for (const row of received) {
        expect(row).toMatchObject({ attempt: 1, id: sent.get(row['body']) })
        if (String(row['body']).startsWith('message'))
          expect(row).toMatchObject({ tag: 'TagA', keys: 'k1 k2', colour: '红色' })
      }
      const inOrder = received.filter(({ group }) => group === 'g').map(({ body }) => body)
      expect(inOrder).toEqual(['fifo 0', 'fifo 1'])
      const late = received.find(({ body }) => body === 'delayed')!
      expect(Number(late['at'])).toBeGreaterThanOrEqual(Number(late['due']))
      const pushed = rows.filter(({ event }) => event === 'pushed')
      expect(pushed.filter(({ body }) => body === 'message 3').map(({ attempt }) => attempt)).toEqual([1, 2]) // prettier-ignore
    })
  })
})
