/** `{{uuid}}`, `{{int 1 100}}` …: a small list of generators, the same in the window's preview and in what is sent. */
import { MAX_RANDOM_CHARS } from './composeLimits'

/** Random numbers that follow from a seed (mulberry32): a preview shows what will be sent. */
export class SeededRandom {
  private state: number

  constructor(seed: number) {
    this.state = seed >>> 0
  }

  /** 0 to below 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number of a range, both ends included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1))
  }

  pick<T>(of: readonly [T, ...T[]]): T {
    return of[this.int(0, of.length - 1)] ?? of[0]
  }
}

/** The random numbers of message `index` of a run. */
export const randomOf = (seed: number, index: number): SeededRandom =>
  new SeededRandom((seed ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0)

export interface Expansion {
  /** Milliseconds since the epoch. */
  now: number
  /** Of the message in its run, from 1. */
  seq: number
  random: SeededRandom
}

type Generator = (at: Expansion, args: readonly string[]) => string | undefined

const HEX = '0123456789abcdef'
const ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

const chars = ({ random }: Expansion, alphabet: string, count: number): string =>
  Array.from({ length: count }, () => alphabet[random.int(0, alphabet.length - 1)]).join('')

const names = ['Ada', 'Bo', 'Chen', 'Dana', 'Eli', 'Fang', 'Gus', 'Hui', 'Ivy', 'Jun', 'Kai', 'Lin'] as const // prettier-ignore
const family = ['Adams', 'Berg', 'Chen', 'Diaz', 'Evans', 'Fu', 'Gao', 'Hall', 'Ito', 'Jones'] as const // prettier-ignore
const cities = ['Berlin', 'Hangzhou', 'Lagos', 'Lima', 'Oslo', 'Paris', 'Quito', 'Tokyo'] as const
const words = ['amber', 'birch', 'cloud', 'delta', 'ember', 'fjord', 'grain', 'harbor', 'iris', 'jade'] as const // prettier-ignore

/** A whole number, or the fallback where none is given; undefined: another word. */
const whole = (word: string | undefined, fallback: number): number | undefined => {
  const value = word === undefined ? fallback : Number(word)
  return Number.isSafeInteger(value) ? value : undefined
}

const uuid = (at: Expansion): string => {
  const hex = chars(at, HEX, 32)
  const variant = '89ab'[at.random.int(0, 3)]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}

const randomText =
  (alphabet: string): Generator =>
  (at, [count]) => {
    const length = whole(count, 8)
    if (length === undefined || length < 0 || length > MAX_RANDOM_CHARS) return undefined
    return chars(at, alphabet, length)
  }

const name = ({ random }: Expansion): string => `${random.pick(names)} ${random.pick(family)}`

/** By name; undefined for arguments that make no sense: the text stays as it is. */
export const generators: Readonly<Record<string, Generator>> = {
  uuid,
  now: ({ now }) => String(now),
  'now.iso': ({ now }) => new Date(now).toISOString(),
  seq: ({ seq }, [from]) => {
    const start = whole(from, 1)
    return start === undefined ? undefined : String(start + seq - 1)
  },
  int: ({ random }, [from, to]) => {
    const [low, high] = [whole(from, 0), whole(to, 100)]
    if (low === undefined || high === undefined || low > high) return undefined
    return String(random.int(low, high))
  },
  float: ({ random }, [from = '0', to = '1', digits]) => {
    const [low, high, places] = [Number(from), Number(to), whole(digits, 2)]
    const isRange = Number.isFinite(low) && Number.isFinite(high) && low <= high
    if (!isRange || places === undefined || places < 0 || places > 15) return undefined
    return (low + random.next() * (high - low)).toFixed(places)
  },
  bool: ({ random }) => String(random.next() < 0.5),
  pick: ({ random }, args) => {
    const [first, ...rest] = args
    return first === undefined ? undefined : random.pick([first, ...rest])
  },
  name,
  email: ({ random }) => `${random.pick(names)}.${random.pick(family)}@example.com`.toLowerCase(),
  city: ({ random }) => random.pick(cities),
  word: ({ random }) => random.pick(words),
  'random.alnum': randomText(ALNUM),
  'random.hex': randomText(HEX)
}

/** What the help shows, one line each. */
export const variableExamples = [
  'uuid',
  'now',
  'now.iso',
  'seq',
  'seq 1000',
  'int 1 100',
  'float 0 9.99 2',
  'bool',
  'pick red green blue',
  'name',
  'email',
  'city',
  'word',
  'random.alnum 8',
  'random.hex 16'
] as const

const VARIABLE = /\{\{\s*([a-z][a-z.]*)((?:\s+[^\s{}]+)*)\s*\}\}/g

const valueOf = (at: Expansion, word: string, args: string): string | undefined =>
  Object.hasOwn(generators, word)
    ? generators[word]?.(
        at,
        args.split(/\s+/).filter((part) => part !== '')
      )
    : undefined

/** Replaces what it knows; everything else between braces stays as it is. */
export const expand = (text: string, at: Expansion): string =>
  text.includes('{{')
    ? text.replace(
        VARIABLE,
        (whole_, word: string, args: string) => valueOf(at, word, args) ?? whole_
      )
    : text

/** How many there are, known or not. */
export const countVariables = (text: string): number => {
  if (!text.includes('{{')) return 0
  let count = 0
  for (const _ of text.matchAll(VARIABLE)) count++
  return count
}

/** Those that would stay as they are, each once. */
export const unknownVariables = (text: string): string[] => {
  const at: Expansion = { now: 0, seq: 1, random: new SeededRandom(1) }
  const found = new Set<string>()
  if (text.includes('{{'))
    for (const [whole_, word = '', args = ''] of text.matchAll(VARIABLE))
      if (valueOf(at, word, args) === undefined) found.add(whole_)
  return [...found]
}
