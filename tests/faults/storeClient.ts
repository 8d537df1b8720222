/** A producer that puts straight into a store and notes what it was told. */
import type { MessageInner } from '../../src/main/protocol/message/messageCodec'
import { formatProperties } from '../../src/main/protocol/message/properties'
import type { MessageStore, PutMessageResult } from '../../src/main/store/messageStore'
import { message } from '../../src/main/store/storeRig'
import { bodyWithId, hashOf, type History } from './history'

export interface SendDraft {
  topic: string
  queueId?: number
  /** Unique in the history; also its UNIQ_KEY. */
  id: string
  /** Words of KEYS. */
  keys?: readonly string[]
  /** What follows the id in the body. */
  fill?: Buffer
}

const inner = ({ topic, queueId = 0, id, keys = [], fill }: SendDraft): MessageInner =>
  message(topic, bodyWithId(id, fill), {
    queueId,
    properties: formatProperties([
      ['KEYS', keys.join(' ')],
      ['UNIQ_KEY', id]
    ])
  })

type PutStore = Pick<MessageStore, 'putMessage' | 'putMessages'>

export class StoreClient {
  constructor(
    private readonly store: PutStore,
    private readonly history: History,
    readonly client: string
  ) {}

  async send(draft: SendDraft): Promise<PutMessageResult> {
    const put = inner(draft)
    this.attempt(draft, put)
    return this.settle([draft.id], await this.store.putMessage(put))
  }

  /** All of one topic and queue; `batch` names the batch in the history. */
  async sendBatch(batch: string, drafts: readonly SendDraft[]): Promise<PutMessageResult> {
    const puts = drafts.map(inner)
    drafts.forEach((draft, i) => this.attempt(draft, puts[i]!, batch))
    const ids = drafts.map(({ id }) => id)
    return this.settle(ids, await this.store.putMessages(puts))
  }

  private attempt({ id }: SendDraft, { topic, queueId, body }: MessageInner, batch?: string): void {
    const bodyHash = hashOf(body)
    const of = batch === undefined ? {} : { batch }
    const { client } = this
    this.history.record({ kind: 'attempt', client, id, bodyHash, topic, queueId, ...of })
  }

  private settle(ids: readonly string[], result: PutMessageResult): PutMessageResult {
    const { client, history } = this
    ids.forEach((id, i) => {
      if (result.status === 'PUT_OK')
        history.record({ kind: 'ack', client, id, offset: result.queueOffset + i })
      else if (result.status === 'MESSAGE_ILLEGAL' || result.status === 'PROPERTIES_SIZE_EXCEEDED')
        history.record({ kind: 'fail', client, id })
      // A flush that was late or failed leaves what was written: it may be there after the next start.
      else history.record({ kind: 'unknown', client, id })
    })
    return result
  }
}
