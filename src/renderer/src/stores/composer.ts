import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import {
  emptyForm,
  formProblem,
  isFitting,
  type ComposeForm,
  type TopicType
} from '../../../shared/composeForm'
import type { FeedRow } from '../../../shared/composeExpand'
import type {
  RunView,
  SentOutcome,
  SentView,
  TemplateView,
  TransactionView
} from '../../../shared/composeViews'
import type { TransactionEnd } from '../../../shared/composeForm'
import type { MessageDetail } from '../../../shared/views'
import { call, toProblem } from '../api'
import { copyOfForm, formOfMessage } from './composerDraft'

export interface LastSend {
  form: Pick<ComposeForm, 'topic' | 'kind'>
  outcome: SentOutcome
}

const newSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 1

/** The form, which outlives the page and the application; what was sent, templates and transactions are the engine's. */
export const useComposerStore = defineStore('composer', () => {
  const form = ref(emptyForm())
  /** What generators make of the next send: the preview shows it. */
  const seed = ref(newSeed())
  const sent = shallowRef<SentView[]>([])
  const templates = shallowRef<TemplateView[]>([])
  const transactions = shallowRef<TransactionView[]>([])
  const run = shallowRef<RunView | null>(null)
  const topicType = shallowRef<TopicType>('UNSPECIFIED')
  const isSending = ref(false)
  /** False: the draft is longer than what is kept over a restart. */
  const isDraftKept = ref(true)
  /** The latest send, successful or not. */
  const last = shallowRef<LastSend>()
  let isRestored = false

  const problem = computed(() => formProblem(form.value))
  const isOfType = computed(() => isFitting(form.value.kind, topicType.value))

  const send = async () => {
    if (problem.value || isSending.value) return
    const asked = copyOfForm(form.value)
    // The next one can be written while an async send waits for its answer.
    isSending.value = asked.mode !== 'async'
    const used = seed.value
    seed.value = newSeed()
    try {
      const result = await call('compose.send', { form: asked, seed: used })
      last.value = { form: { topic: asked.topic, kind: asked.kind }, outcome: { ok: true, result } }
    } catch (error) {
      last.value = {
        form: { topic: asked.topic, kind: asked.kind },
        outcome: { ok: false, problem: toProblem(error) }
      }
    } finally {
      isSending.value = false
    }
  }
  const resend = async (of: SentView) => {
    load(of.form)
    await send()
  }
  const load = (of: ComposeForm) => {
    form.value = copyOfForm(of)
    void askType()
  }
  const loadMessage = (message: MessageDetail) => {
    isRestored = true
    load(formOfMessage(message))
  }
  const askType = async () => {
    const topic = form.value.topic.trim()
    topicType.value = 'UNSPECIFIED'
    if (topic === '') return
    // Whether it can be sent to the send tells.
    const type = await call('compose.topicType', { topic }).catch(() => 'UNSPECIFIED' as const)
    if (form.value.topic.trim() === topic) topicType.value = type
  }
  const chooseTopic = (topic: string) => {
    isRestored = true
    // A queue of one topic means nothing to another.
    if (topic !== form.value.topic) form.value = { ...form.value, topic, queue: '', anyType: false }
    void askType()
  }
  const clear = () => {
    form.value = emptyForm()
    last.value = undefined
  }
  /** The draft of the last time, unless something was begun since. */
  const restore = async () => {
    if (isRestored) return
    isRestored = true
    const draft = await call('compose.draft')
    if (draft && form.value.body === '' && form.value.topic === '') load(draft)
  }
  const saveDraft = async () => {
    isDraftKept.value = (await call('compose.saveDraft', { form: copyOfForm(form.value) })).isKept
  }
  const refreshSent = async (topic: string | undefined, text: string) => {
    sent.value = await call('compose.sent', { ...(topic && { topic }), text })
  }
  const refresh = async () => {
    const [known, open] = await Promise.all([
      call('compose.templates'),
      call('compose.transactions')
    ])
    templates.value = known
    transactions.value = open
  }
  const saveTemplate = (name: string) =>
    call('compose.saveTemplate', { name, form: copyOfForm(form.value) }).then(refresh)
  const duplicateTemplate = (of: TemplateView, name: string) =>
    call('compose.saveTemplate', { name, form: of.form }).then(refresh)
  const renameTemplate = (name: string, to: string) =>
    call('compose.renameTemplate', { name, to }).then(refresh)
  const deleteTemplate = (name: string) => call('compose.deleteTemplate', { name }).then(refresh)
  const endTransaction = (id: string, end: TransactionEnd) =>
    call('compose.endTransaction', { id, end }).then(refresh)
  const startRun = async (total: number, rate: number, rows: FeedRow[]) => {
    const used = seed.value
    seed.value = newSeed()
    run.value = await call('compose.run', {
      ...{ form: copyOfForm(form.value), seed: used, total, rate, rows }
    })
  }
  const refreshRun = async () => {
    run.value = await call('compose.runView')
  }
  return {
    ...{ form, seed, sent, templates, transactions, run, topicType, isSending, isDraftKept, last },
    ...{
      problem,
      isOfType,
      send,
      resend,
      load,
      loadMessage,
      chooseTopic,
      clear,
      restore,
      saveDraft
    },
    ...{ refreshSent, refresh, saveTemplate, duplicateTemplate, renameTemplate, deleteTemplate },
    ...{ endTransaction, startRun, refreshRun, askType }
  }
})
