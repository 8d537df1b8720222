/** Questions to a client over its Telemetry, paired with what it answers by a nonce. Java: GrpcChannelManager. */
import type { RealTime } from '../../base/clock'
import type { Disposable } from '../../base/disposable'
import type { Random } from '../../base/random'
import { Code, StatusError } from '../v2/code'
import type { TelemetryCommand } from '../v2/messages'
import type { ClientSession } from './clientSession'

/** Java: ProxyConfig.grpcProxyRelayRequestTimeoutInSeconds. */
export const CLIENT_ANSWER_TIMEOUT_MS = 5000
/** Questions without an answer, of all clients; beyond it none is asked. */
export const MAX_QUESTIONS = 1000

interface Question {
  clientId: string
  answer: (command: TelemetryCommand) => void
  timeout: Disposable
}

interface Deps {
  clock: Pick<RealTime, 'after'>
  random: Random
}

export class ServerCommands {
  private readonly questions = new Map<string, Question>()

  constructor(private readonly deps: Deps) {}

  /** @throws StatusError PROXY_TIMEOUT where no answer comes, TOO_MANY_REQUESTS, NOT_FOUND where it is not connected. */
  ask(
    session: ClientSession,
    command: (nonce: string) => TelemetryCommand
  ): Promise<TelemetryCommand> {
    const { clock, random } = this.deps
    const { clientId } = session
    return new Promise((resolve, reject) => {
      if (this.questions.size >= MAX_QUESTIONS) {
        reject(new StatusError(Code.TOO_MANY_REQUESTS, `${MAX_QUESTIONS} clients owe an answer`))
        return
      }
      const nonce = random.bytes(16).toString('hex')
      const end = (): void => {
        this.questions.get(nonce)?.timeout.dispose()
        this.questions.delete(nonce)
      }
      const timeout = clock.after(CLIENT_ANSWER_TIMEOUT_MS, () => {
        end()
        const why = `${clientId} did not answer within ${CLIENT_ANSWER_TIMEOUT_MS} ms`
        reject(new StatusError(Code.PROXY_TIMEOUT, why))
      })
      const answer = (command: TelemetryCommand): void => {
        end()
        resolve(command)
      }
      this.questions.set(nonce, { clientId, answer, timeout })
      if (session.send(command(nonce))) return
      end()
      reject(new StatusError(Code.NOT_FOUND, `${clientId} has no open Telemetry`))
    })
  }

  /** What a client wrote that is no settings; an answer nobody waits for is dropped. */
  heard(clientId: string, command: TelemetryCommand): void {
    // The npm client answers in the field it was asked in.
    const { threadStackTrace, verifyMessageResult, verifyMessageCommand } = command
    const { nonce } = threadStackTrace ?? verifyMessageResult ?? verifyMessageCommand ?? {}
    const question = nonce === undefined ? undefined : this.questions.get(nonce)
    if (question?.clientId === clientId) question.answer(command)
  }

  dispose(): void {
    for (const { timeout } of this.questions.values()) timeout.dispose()
    this.questions.clear()
  }
}
