/** From whatever was thrown to the problem the window has a text for. */
import type { z } from 'zod'
import type { Problem } from '../../shared/views'
import { describeError, type Log } from '../base/log'
import { ProblemError } from '../cluster/problem'
import type { Supervisor } from '../cluster/supervisor'
import { ResponseCode, responseCodeName } from '../protocol/codes/responseCode'
import { RemotingError } from '../protocol/remotingCommand'
import { RemotingConnectError, RemotingTimeoutError } from '../remoting/errors'
import { lineProblem } from './connections/lineProblem'

/** Who is who, so that the window can say which node did not answer. */
export type KnownCluster = Pick<Supervisor, 'namesrvAddresses' | 'brokerStatuses'>

/** Longest message that crosses to the window, in characters. */
const MAX_MESSAGE_CHARS = 2000

/** What a method was asked about, for the texts of its problems. */
const subjects = ['topic', 'groupName'] as const

const subjectOf = (params: unknown): Record<string, string> => {
  const fields = (params ?? {}) as Record<string, unknown>
  return Object.fromEntries(
    subjects.flatMap((name) => {
      const value = fields[name]
      return typeof value === 'string' ? [[name, value]] : []
    })
  )
}

const shortened = (problem: Problem): Problem => ({
  ...problem,
  message: problem.message.slice(0, MAX_MESSAGE_CHARS)
})

const ofRemoting = (error: RemotingError, cluster: KnownCluster, params: unknown): Problem => {
  const { code, remark: message } = error
  // A broker that is stopped is the plainest reason why none is registered.
  const stopped = cluster.brokerStatuses().find(({ state }) => state !== 'running')
  if (code === ResponseCode.BROKER_NOT_EXIST && stopped)
    return { code: 'NODE_NOT_RUNNING', message, params: { id: stopped.id } }
  return { code: responseCodeName(code), message, params: subjectOf(params) }
}

const known = (error: unknown, cluster: KnownCluster, params: unknown): Problem | undefined => {
  if (error instanceof ProblemError) return error.toProblem()
  if (error instanceof RemotingError) return ofRemoting(error, cluster, params)
  if (error instanceof RemotingConnectError) {
    const { address, message } = error
    const ofLine = lineProblem(error)
    if (ofLine) return ofLine
    const isNameserver = cluster.namesrvAddresses().includes(address)
    const code = isNameserver ? 'NAMESRV_UNREACHABLE' : 'BROKER_UNREACHABLE'
    return { code, message, params: { address } }
  }
  if (error instanceof RemotingTimeoutError) {
    const { address, timeoutMs, message } = error
    return { code: 'TIMEOUT', message, params: { address, timeoutMs } }
  }
  return undefined
}

interface Context {
  method: string
  params: unknown
  cluster: KnownCluster
  log: Log
}

/** What nobody foresaw is INTERNAL and is logged with its stack. */
export const toProblem = (error: unknown, { method, params, cluster, log }: Context): Problem => {
  const problem = known(error, cluster, params)
  if (problem) return shortened(problem)
  log.error(`${method} failed`, error)
  const message = error instanceof Error ? error.message : describeError(error)
  return shortened({ code: 'INTERNAL', message })
}

export const invalidInput = (error: z.ZodError): Problem => {
  const issue = error.issues[0]
  const path = issue?.path.map(String).join('.') ?? ''
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : ''
  const field = path || keys || 'params'
  return shortened({
    code: 'INVALID_INPUT',
    message: `${field}: ${issue?.message ?? 'not acceptable'}`,
    params: { field: field.slice(0, 200) }
  })
}
