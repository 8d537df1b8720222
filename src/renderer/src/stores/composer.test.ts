import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { emptyForm } from '../../../shared/composeForm'
import type { ComposeResult } from '../../../shared/composeViews'
import type { MessageDetail } from '../../../shared/views'
import * as api from '../api'
import { useComposerStore } from './composer'
import { checkJson, formOfMessage } from './composerDraft'

const result: ComposeResult = { tookMs: 3, count: 1, msgId: 'ID' }

beforeEach(() => {
  setActivePinia(createPinia())
  vi.restoreAllMocks()
})

describe('a form made of a stored message', () => {
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

  test('leaves out what RocketMQ set, keeps bytes that are no text, and replaces nothing', () => {
    expect(formOfMessage(message)).toMatchObject({
      ...{ kind: 'normal', properties: [{ name: 'colour', value: 'red' }], expand: false },
      ...{ body: 'AAEC', bodyEncoding: 'base64' }
    })
    expect(formOfMessage({ ...message, bodyBase64: 'aGk=' })).toMatchObject({ body: 'hi' })
  })

  test('of a message group is FIFO again', () => {
    const fifo: MessageDetail = { ...message, properties: [['__SHARDINGKEY', 'g']] }
    expect(formOfMessage(fifo)).toMatchObject({ kind: 'fifo', messageGroup: 'g', properties: [] })
  })
})

test('JSON is laid out, or the reason is told', () => {
  expect(checkJson('{"a":1}')).toEqual({ ok: true, formatted: '{\n  "a": 1\n}' })
  expect(checkJson('{')).toMatchObject({ ok: false })
})

describe('sending', () => {
  test('shows the result, keeps the form, and takes another seed', async () => {
    vi.spyOn(api, 'call').mockResolvedValue(result)
    const composer = useComposerStore()
    composer.form = { ...emptyForm(), topic: 'Orders', body: 'hi' }
    const { seed } = composer
    await composer.send()
    expect(composer.last?.outcome).toEqual({ ok: true, result })
    expect(composer.form.topic).toBe('Orders')
    expect(composer.seed).not.toBe(seed)
  })

  test('shows a refusal with its code', async () => {
    const error = new api.ApiError({ code: 'NO_ROUTE', message: 'x', params: { topic: 'Orders' } })
    vi.spyOn(api, 'call').mockRejectedValue(error)
    const composer = useComposerStore()
    composer.form = { ...emptyForm(), topic: 'Orders', body: 'hi' }
    await composer.send()
    expect(composer.last?.outcome).toMatchObject({ ok: false, problem: { code: 'NO_ROUTE' } })
    expect(composer.isSending).toBe(false)
  })

  test('does nothing while the form is not complete', async () => {
    const call = vi.spyOn(api, 'call')
    await useComposerStore().send()
    expect(call).not.toHaveBeenCalled()
  })
})

test('the draft of the last time comes back, unless something was begun', async () => {
  const draft = { ...emptyForm(), topic: 'Old', body: 'old' }
  vi.spyOn(api, 'call').mockImplementation((method) =>
    Promise.resolve((method === 'compose.draft' ? draft : 'UNSPECIFIED') as never)
  )
  const composer = useComposerStore()
  await composer.restore()
  expect(composer.form.topic).toBe('Old')
  composer.clear()
  await composer.restore()
  expect(composer.form.topic).toBe('')
})
