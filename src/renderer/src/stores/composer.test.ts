import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { MessageDetail, SendResultView } from '../../../shared/views'
import * as api from '../api'
import { MAX_HISTORY, MAX_KEPT_BODY_CHARS, useComposerStore } from './composer'
import { checkJson, draftOf, emptyForm, formOfMessage, formProblem } from './composerDraft'

const result: SendResultView = {
  sendStatus: 'SEND_OK',
  msgId: 'ID',
  offsetMsgId: 'OFFSET',
  brokerName: 'broker-a',
  queueId: 1,
  queueOffset: 7,
  tookMs: 3
}

beforeEach(() => {
  setActivePinia(createPinia())
  vi.restoreAllMocks()
})

describe('the form', () => {
  test.each([
    [{ topic: ' ' }, 'messages.topicMissing'],
    [{ properties: [{ name: 'a', value: '' }] }, 'messages.propertyIncomplete'],
    [{ body: 'xyz', bodyEncoding: 'hex' as const }, 'messages.bodyInvalid'],
    [{ body: '' }, 'messages.bodyEmpty'],
    [{ properties: [{ name: '', value: '' }] }, undefined]
  ])('%j: %s', (change, problem) => {
    expect(formProblem({ ...emptyForm(), topic: 'Orders', body: 'hi', ...change })).toBe(problem)
  })

  test('becomes a draft: queue taken apart, empty rows dropped, blanks of hex removed', () => {
    const form = {
      ...emptyForm(),
      topic: ' Orders ',
      queue: 'broker:a:3',
      properties: [
        { name: 'a', value: '1' },
        { name: '', value: '' }
      ],
      body: '68 69\n',
      bodyEncoding: 'hex' as const
    }
    expect(draftOf(form)).toEqual({
      topic: 'Orders',
      brokerName: 'broker:a',
      queueId: 3,
      tags: '',
      keys: '',
      properties: [['a', '1']],
      body: '6869',
      bodyEncoding: 'hex'
    })
  })

  test('made of a stored message leaves out what RocketMQ set, and keeps bytes that are no text', () => {
    const message = {
      topic: 'Orders',
      tags: 'A',
      keys: 'k',
      properties: [
        ['UNIQ_KEY', 'x'],
        ['colour', 'red']
      ],
      bodyBase64: 'AAEC'
    } as MessageDetail
    expect(formOfMessage(message)).toMatchObject({
      properties: [{ name: 'colour', value: 'red' }],
      body: 'AAEC',
      bodyEncoding: 'base64'
    })
    expect(formOfMessage({ ...message, bodyBase64: 'aGk=' })).toMatchObject({ body: 'hi' })
  })

  test('JSON is laid out, or the reason is told', () => {
    expect(checkJson('{"a":1}')).toEqual({ ok: true, formatted: '{\n  "a": 1\n}' })
    expect(checkJson('{')).toMatchObject({ ok: false })
  })
})

describe('sending', () => {
  test('records the result and keeps the form', async () => {
    vi.spyOn(api, 'call').mockResolvedValue(result)
    const composer = useComposerStore()
    composer.form.topic = 'Orders'
    composer.form.body = 'hi'
    await composer.send()
    expect(composer.last?.outcome).toEqual({ ok: true, result })
    expect(composer.history).toHaveLength(1)
    expect(composer.form.topic).toBe('Orders')
  })

  test('records a refusal with its code', async () => {
    const error = new api.ApiError({ code: 'NO_ROUTE', message: 'x', params: { topic: 'Orders' } })
    vi.spyOn(api, 'call').mockRejectedValue(error)
    const composer = useComposerStore()
    composer.form.topic = 'Orders'
    composer.form.body = 'hi'
    await composer.send()
    expect(composer.last?.outcome).toMatchObject({ ok: false, problem: { code: 'NO_ROUTE' } })
    expect(composer.isSending).toBe(false)
  })

  test('does nothing while the form is not complete', async () => {
    const call = vi.spyOn(api, 'call')
    await useComposerStore().send()
    expect(call).not.toHaveBeenCalled()
  })

  test('remembers a bounded number of sends, and no large bodies', async () => {
    vi.spyOn(api, 'call').mockResolvedValue(result)
    const composer = useComposerStore()
    composer.form.topic = 'Orders'
    composer.form.body = 'x'.repeat(MAX_KEPT_BODY_CHARS + 1)
    for (let i = 0; i < MAX_HISTORY + 3; i++) await composer.send()
    expect(composer.history).toHaveLength(MAX_HISTORY)
    expect(composer.last).toMatchObject({ isBodyKept: false, form: { body: '' } })
    expect(composer.form.body).not.toBe('')
  })
})
