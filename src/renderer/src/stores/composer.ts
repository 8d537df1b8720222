import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { MessageDetail, Problem, SendResultView } from '../../../shared/views'
import { call, toProblem } from '../api'
import { draftOf, emptyForm, formOfMessage, formProblem, type ComposerForm } from './composerDraft'

/** Sends remembered in this session. */
export const MAX_HISTORY = 50
/** A longer body is not kept with its send: the history must stay small. */
export const MAX_KEPT_BODY_CHARS = 64 * 1024

export type SendOutcome = { ok: true; result: SendResultView } | { ok: false; problem: Problem }

export interface SendRecord {
  id: number
  at: number
  form: ComposerForm
  isBodyKept: boolean
  outcome: SendOutcome
}

const copyOf = (form: ComposerForm): ComposerForm => ({
  ...form,
  properties: form.properties.map((property) => ({ ...property }))
})

export const useComposerStore = defineStore('composer', () => {
  /** Outlives the page: what was typed is there when one comes back. */
  const form = ref(emptyForm())
  const history = shallowRef<SendRecord[]>([])
  const isSending = ref(false)
  /** The latest send, successful or not. */
  const last = shallowRef<SendRecord>()
  let nextId = 1

  const problem = computed(() => formProblem(form.value))

  const record = (sent: ComposerForm, outcome: SendOutcome) => {
    const isBodyKept = sent.body.length <= MAX_KEPT_BODY_CHARS
    const kept = isBodyKept ? sent : { ...sent, body: '' }
    last.value = { id: nextId++, at: Date.now(), form: kept, isBodyKept, outcome }
    history.value = [last.value, ...history.value].slice(0, MAX_HISTORY)
  }
  const sendForm = async (wanted: ComposerForm) => {
    const sent = copyOf(wanted)
    isSending.value = true
    try {
      record(sent, { ok: true, result: await call('message.send', draftOf(sent)) })
    } catch (error) {
      record(sent, { ok: false, problem: toProblem(error) })
    } finally {
      isSending.value = false
    }
  }
  const send = async () => {
    if (!problem.value && !isSending.value) await sendForm(form.value)
  }
  const resend = (of: SendRecord) => sendForm(of.form)
  const load = (of: SendRecord) => {
    form.value = copyOf(of.form)
  }
  const loadMessage = (message: MessageDetail) => {
    form.value = formOfMessage(message)
  }
  const chooseTopic = (topic: string) => {
    // A queue of one topic means nothing to another.
    if (topic !== form.value.topic) form.value.queue = ''
    form.value.topic = topic
  }
  const clear = () => {
    form.value = emptyForm()
    last.value = undefined
  }
  const clearHistory = () => {
    history.value = []
  }
  return {
    form,
    history,
    isSending,
    last,
    problem,
    chooseTopic,
    send,
    resend,
    load,
    loadMessage,
    clear,
    clearHistory
  }
})
