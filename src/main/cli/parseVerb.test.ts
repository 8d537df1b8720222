import { describe, expect, test } from 'vitest'
import { systemClock } from '../base/clock'
import { parseVerb } from './parseVerb'
import { milliseconds, printf } from './printf'
import { runCli } from './runVerb'
import { timestamp, UsageError, truth, wholeNumber } from './verb'
import { findVerb, verbs } from './verbs'

const run = async (...args: string[]) => {
  const out: string[] = []
  const err: string[] = []
  const code = await runCli(args, {
    clock: systemClock,
    env: {},
    print: (text) => out.push(text),
    printError: (text) => err.push(text)
  })
  return { code, out: out.join('\n'), err }
}

test.each([
  [['-t', 'T'], { topic: 'T' }],
  [['--topic', 'T'], { topic: 'T' }],
  [['--topic=T'], { topic: 'T' }],
  [['-topic', 'T'], { topic: 'T' }],
  [['-tT'], { topic: 'T' }],
  [['-t', 'T', '-c', 'C', '-n', 'a:1;b:2'], { topic: 'T', namesrvAddr: 'a:1;b:2' }]
])('%j is understood', (args, expected) => {
  const given = args.includes('-c') ? 'deleteTopic' : 'topicStatus'
  expect(parseVerb(findVerb(given), args)).toMatchObject(expected)
})

test('a negative number behind an option is its value', () => {
  const verb = findVerb('resetOffsetByTime')
  for (const at of [
    ['-s', '-1'],
    ['--timestamp', '-1'],
    ['-timestamp', '-1']
  ])
    // prettier-ignore
    expect(parseVerb(verb, ['-g', 'G', '-t', 'T', ...at])).toMatchObject({ timestamp: '-1' })
})

describe('a wrong line is one line and code 2', () => {
  test.each([
    [['noSuchVerb'], /there is no verb noSuchVerb/],
    [['topicLst'], /did you mean topicList/],
    [['help', 'noSuchVerb'], /there is no verb/],
    [['topicRoute'], /-t, --topic is missing/],
    [['topicRoute', '-t', 'T', '--frob'], /--frob/],
    [['topicRoute', '-t', 'T', 'more'], /more/],
    [['updateTopic', '-t', 'T'], /give -b or -c/],
    [['topicList', '-n', 'nowhere'], /-n nowhere: write a nameserver as host:port/],
    [['sendMessage', '-t', 'T', '-p', 'x', '-i', '0'], /Broker name must be set/]
  ])('%j', async (args, message) => {
    const { code, out, err } = await run(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toHaveLength(1)
    expect(err[0]).toMatch(/^gantry: [^\n]+$/)
    expect(err[0]).toMatch(message)
  })
})

test('help names every verb, and of a verb every option', async () => {
  const { code, out } = await run('help')
  expect(code).toBe(0)
  expect(verbs.map(({ name }) => name).filter((name) => !out.includes(`  ${name} `))).toEqual([])
  const one = await run('help', 'updateTopic')
  for (const option of ['-b, --brokerAddr', '-r, --readQueueNums', '-n, --namesrvAddr', '--json'])
    expect(one.out).toContain(option)
  expect((await run('updateTopic', '-h')).out).toBe(one.out)
})

test('verbs and options have names of their own', () => {
  expect(new Set(verbs.map(({ name }) => name)).size).toBe(verbs.length)
  for (const { options } of verbs) {
    const shorts = Object.values(options).flatMap(({ short }) => short ?? [])
    expect(new Set([...shorts, 'n', 'h']).size).toBe(shorts.length + 2)
  }
})

test.each([
  ['%-6s|', ['ab'], 'ab    |'],
  ['%4d|%-4d|', [12, 12], '  12|12  |'],
  ['%8.2f', [1.005], '    1.00'],
  ['%s %s', ['longer than', 'asked'], 'longer than asked']
])('printf %s', (format, values, expected) => {
  expect(printf(format, ...values)).toBe(expected)
})

test('times are read as they are printed', () => {
  const at = timestamp('t', '2026-11-23#08:05:06:070', 0)
  expect(milliseconds(at)).toBe('2026-11-23 08:05:06,070')
  expect(timestamp('t', 'now', 77)).toBe(77)
  expect(timestamp('t', '-1', 77)).toBe(-1)
  expect(() => timestamp('t', 'yesterday', 0)).toThrow(UsageError)
})

test('numbers and truths are what they say', () => {
  expect(wholeNumber('q', '7', 1)).toBe(7)
  expect(wholeNumber('q', undefined, 1)).toBe(1)
  for (const text of ['x', '', '1.5', '-1']) expect(() => wholeNumber('q', text, 1)).toThrow(UsageError) // prettier-ignore
  expect(truth('f', 'TRUE', false)).toBe(true)
  expect(() => truth('f', 'yes', false)).toThrow(UsageError)
})
