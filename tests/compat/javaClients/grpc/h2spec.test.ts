// The proxy's HTTP/2 before h2spec, which go fetches into the suite's cache; skipped with the reason where that fails.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startHeadless } from '../../../headless'
import { h2spec } from './languages'

const PATH = '/apache.rocketmq.v2.MessagingService/QueryRoute'

describe('h2spec', () => {
  let headless: Awaited<ReturnType<typeof startHeadless>> | undefined
  let problem = ''

  beforeAll(async () => {
    problem = h2spec.fetch()
    if (problem === '') headless = await startHeadless()
    else process.stderr.write(`h2spec skipped: ${problem}\n`)
  })

  afterAll(() => headless?.stop())

  test.for([
    { how: 'plain', flags: [] },
    { how: 'over TLS', flags: ['-t', '-k'] }
  ])('finds nothing, $how', async ({ flags }, context) => {
    if (problem !== '') return context.skip(problem)
    const [host = '', port = ''] = headless?.ready.grpc?.split(':') ?? []
    const { code, lines, stderr } = await h2spec.run(['-h', host, '-p', port, '-P', PATH, ...flags])
    const said = lines.slice(-60).join('\n')
    expect(said).toMatch(/^\d{3} tests, \d{3} passed, 0 skipped, 0 failed$/m)
    expect(code, `${said}\n${stderr}`).toBe(0)
  })
})
