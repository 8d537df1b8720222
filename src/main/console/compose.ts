/** The composer: sends of every kind, runs, templates and what was sent. */
import type { Caller, Handlers, ParsedOf } from '../../shared/contract'
import {
  formProblem,
  isFitting,
  isRepeatable,
  type ComposeForm,
  type TopicType
} from '../../shared/composeForm'
import { MAX_FEED_CHARS } from '../../shared/composeLimits'
import type { ComposeResult, RunView } from '../../shared/composeViews'
import type { Problem } from '../../shared/views'
import type { Admin } from '../admin/admin'
import { MASTER_ID } from '../client/routeCache'
import { ProblemError } from '../cluster/problem'
import { ResponseCode } from '../protocol/codes/responseCode'
import { RemotingError } from '../protocol/remotingCommand'
import type { Kept } from './compose/kept'
import type { Runs } from './compose/runs'
import { forgetRoute, sendForm } from './compose/sendForm'
import type { Transactions } from './compose/transactions'
import type { WindowClients } from './windowClients'

interface Deps {
  admin: Pick<Admin, 'examineTopicRouteInfo' | 'examineTopicConfig'>
  clients: Pick<WindowClients, 'get'>
  kept: Kept
  runs: Runs
  transactions: Transactions
  problemOf: (error: unknown) => Problem
}

const MESSAGE_TYPE = 'message.type'
const types: ReadonlySet<string> = new Set(['NORMAL', 'FIFO', 'DELAY', 'TRANSACTION', 'MIXED'])

const invalid = (field: string): ProblemError =>
  new ProblemError('INVALID_INPUT', { field }, `the message cannot be sent: ${field}`)

export const composeHandlers = ({ admin, clients, kept, runs, transactions, problemOf }: Deps) => {
  /** UNSPECIFIED also of a topic that is not there yet. */
  const topicType = async (topic: string): Promise<TopicType> => {
    try {
      const { brokerDatas } = await admin.examineTopicRouteInfo(topic)
      const address = brokerDatas.flatMap(({ brokerAddrs }) => brokerAddrs[MASTER_ID] ?? [])[0]
      if (address === undefined) return 'UNSPECIFIED'
      const type = (await admin.examineTopicConfig(address, topic))?.attributes[MESSAGE_TYPE] ?? ''
      return types.has(type) ? (type as TopicType) : 'UNSPECIFIED'
    } catch (error) {
      if (error instanceof RemotingError && error.code === ResponseCode.TOPIC_NOT_EXIST)
        return 'UNSPECIFIED'
      throw error
    }
  }

  /** @throws ProblemError INVALID_INPUT, TOPIC_TYPE_MISMATCH. */
  const check = async (form: ComposeForm): Promise<void> => {
    const problem = formProblem(form)
    if (problem) throw invalid(problem)
    if (form.anyType) return
    const topic = form.topic.trim()
    const type = await topicType(topic)
    if (isFitting(form.kind, type)) return
    const params = { topic, type, kind: form.kind }
    throw new ProblemError('TOPIC_TYPE_MISMATCH', params, `${topic} takes ${type} messages`)
  }

  const send = async ({ form, seed }: ParsedOf<'compose.send'>): Promise<ComposeResult> => {
    await check(form)
    const client = clients.get()
    try {
      forgetRoute(client, form.topic.trim())
      const result = await sendForm({ client, transactions }, form, { seed, index: 0 })
      await kept.addSent(form, { ok: true, result })
      return result
    } catch (error) {
      await kept.addSent(form, { ok: false, problem: problemOf(error) })
      throw error
    }
  }

  const run = async (draft: ParsedOf<'compose.run'>, caller: Caller): Promise<RunView> => {
    if (!isRepeatable(draft.form.kind)) throw invalid('kind')
    const chars = draft.rows.reduce((sum, { body = '' }) => sum + body.length, 0)
    if (chars > MAX_FEED_CHARS) throw invalid('rows')
    // Rows may bring what the form lacks.
    const rows = draft.rows.length > 0
    await check(rows ? { ...draft.form, body: draft.form.body || '00', messageGroup: draft.form.messageGroup || '-' } : draft.form) // prettier-ignore
    const client = clients.get()
    forgetRoute(client, draft.form.topic.trim())
    return runs.start(draft, caller, (form, place, count) =>
      sendForm({ client, transactions }, form, place, count)
    )
  }

  return {
    'compose.topicType': ({ topic }) => topicType(topic),
    'compose.send': (draft) => send(draft),
    'compose.run': (draft, caller) => run(draft, caller),
    'compose.runView': (_params, caller) => runs.view(caller),
    'compose.runStop': (_params, caller) => runs.stop(caller),
    'compose.transactions': () => transactions.list(),
    'compose.endTransaction': ({ id, end }) => transactions.end(id, end),
    'compose.draft': () => kept.draft(),
    'compose.saveDraft': ({ form }) => kept.saveDraft(form),
    'compose.templates': () => kept.templates(),
    'compose.saveTemplate': ({ name, form }) => kept.saveTemplate(name, form),
    'compose.renameTemplate': ({ name, to }) => kept.renameTemplate(name, to),
    'compose.deleteTemplate': ({ name }) => kept.deleteTemplate(name),
    'compose.sent': (query) => kept.sent(query),
    'compose.removeSent': ({ id }) => kept.removeSent([id]),
    'compose.clearSent': () => kept.clearSent()
  } satisfies Partial<Handlers>
}
