/** What the composer keeps over restarts: the draft, templates and the latest sends. */
import { FormDraft, type SentQuery } from '../../../shared/composeDrafts'
import type { ComposeForm } from '../../../shared/composeForm'
import {
  MAX_KEPT_FORM_CHARS,
  MAX_SENT,
  MAX_SENT_PER_TOPIC,
  MAX_TEMPLATES
} from '../../../shared/composeLimits'
import type { SentOutcome, SentView, TemplateView } from '../../../shared/composeViews'
import type { RealTime } from '../../base/clock'
import { ProblemError } from '../../cluster/problem'
import type { Collection } from '../../meta/collection'
import type { ComposerDoc } from '../../meta/installationMeta'

export type ComposerCollection = Pick<
  Collection<ComposerDoc>,
  'all' | 'get' | 'put' | 'remove' | 'removeAll'
>

interface Deps {
  composer: ComposerCollection
  clock: Pick<RealTime, 'wall'>
}

const DRAFT = 'draft'
const templateKey = (name: string): string => `template ${name}`

/** Undefined for what another version kept and this one does not read. */
const formOf = (text: string): ComposeForm | undefined => {
  try {
    return FormDraft.safeParse(JSON.parse(text)).data
  } catch {
    return undefined // not JSON
  }
}

const outcomeOf = (text: string): SentOutcome | undefined => {
  try {
    return JSON.parse(text) as SentOutcome
  } catch {
    return undefined // not JSON
  }
}

export class Kept {
  private lastNumber = 0

  constructor(private readonly deps: Deps) {}

  draft(): ComposeForm | null {
    const doc = this.deps.composer.get(DRAFT)
    return (doc && formOf(doc.form)) ?? null
  }

  /** One too long to be kept leaves the last that was not. */
  async saveDraft(form: ComposeForm): Promise<{ isKept: boolean }> {
    const text = JSON.stringify(form)
    if (text.length > MAX_KEPT_FORM_CHARS) return { isKept: false }
    await this.put(DRAFT, { kind: 'draft', name: '', topic: form.topic, form: text, outcome: '' })
    return { isKept: true }
  }

  /** By name. */
  templates(): TemplateView[] {
    return this.docs('template')
      .flatMap(([, { name, at, form }]) => {
        const parsed = formOf(form)
        return parsed ? [{ name, at, form: parsed }] : []
      })
      .sort((a, b) => a.name.localeCompare(b.name))
  }

  /** In the place of one of that name. @throws ProblemError TEMPLATE_TOO_LONG, TOO_MANY_TEMPLATES. */
  async saveTemplate(name: string, form: ComposeForm): Promise<void> {
    const text = JSON.stringify(form)
    if (text.length > MAX_KEPT_FORM_CHARS)
      throw new ProblemError(
        'TEMPLATE_TOO_LONG',
        { n: MAX_KEPT_FORM_CHARS },
        `a template has at most ${MAX_KEPT_FORM_CHARS} characters, this one has ${text.length}`
      )
    const isNew = this.deps.composer.get(templateKey(name)) === undefined
    if (isNew && this.docs('template').length >= MAX_TEMPLATES)
      throw new ProblemError('TOO_MANY_TEMPLATES', { n: MAX_TEMPLATES }, `there are ${MAX_TEMPLATES} templates`) // prettier-ignore
    await this.put(templateKey(name), { kind: 'template', name, topic: form.topic, form: text, outcome: '' }) // prettier-ignore
  }

  /** @throws ProblemError TEMPLATE_NOT_FOUND, TEMPLATE_EXISTS. */
  async renameTemplate(name: string, to: string): Promise<void> {
    if (name === to) return
    const { composer } = this.deps
    const doc = composer.get(templateKey(name))
    if (!doc) throw new ProblemError('TEMPLATE_NOT_FOUND', { name }, `there is no template ${name}`)
    if (composer.get(templateKey(to)))
      throw new ProblemError('TEMPLATE_EXISTS', { name: to }, `there is a template ${to} already`)
    await composer.put(templateKey(to), { ...doc, name: to })
    await composer.remove(templateKey(name))
  }

  async deleteTemplate(name: string): Promise<void> {
    await this.deps.composer.remove(templateKey(name))
  }

  /** Newest first. */
  sent({ topic, text }: SentQuery): SentView[] {
    const words = text.trim().toLowerCase()
    return this.docs('sent')
      .filter(([, doc]) => topic === undefined || doc.topic === topic)
      .flatMap(([id, { at, form, outcome }]): SentView[] => {
        const [parsed, became] = [formOf(form), outcomeOf(outcome)]
        if (!parsed || !became) return []
        const isFound = [parsed.topic, parsed.tags, parsed.keys, parsed.body].some((field) =>
          field.toLowerCase().includes(words)
        )
        return isFound ? [{ id, at, form: parsed, isBodyKept: parsed.body !== '', outcome: became }] : [] // prettier-ignore
      })
      .sort((a, b) => b.at - a.at || b.id.localeCompare(a.id))
  }

  async addSent(form: ComposeForm, outcome: SentOutcome): Promise<void> {
    const full = JSON.stringify(form)
    const text = full.length > MAX_KEPT_FORM_CHARS ? JSON.stringify({ ...form, body: '' }) : full
    const number = String(++this.lastNumber).padStart(8, '0')
    const id = `sent ${this.deps.clock.wall()} ${number}`
    // Its properties alone may be longer than what is kept: then nothing is.
    if (text.length <= MAX_KEPT_FORM_CHARS)
      await this.put(id, { kind: 'sent', name: '', topic: form.topic.trim(), form: text, outcome: JSON.stringify(outcome) }) // prettier-ignore
    await this.prune(form.topic.trim())
  }

  async removeSent(ids: readonly string[]): Promise<void> {
    await this.deps.composer.removeAll(ids.filter((id) => id.startsWith('sent ')))
  }

  async clearSent(): Promise<void> {
    await this.deps.composer.removeAll(this.docs('sent').map(([id]) => id))
  }

  private docs(kind: ComposerDoc['kind']): (readonly [string, ComposerDoc])[] {
    return this.deps.composer.all().filter(([, doc]) => doc.kind === kind)
  }

  private async put(key: string, doc: Omit<ComposerDoc, 'at'>): Promise<void> {
    await this.deps.composer.put(key, { ...doc, at: this.deps.clock.wall() })
  }

  private async prune(topic: string): Promise<void> {
    const all = [...this.docs('sent')].sort(([a, x], [b, y]) => y.at - x.at || b.localeCompare(a))
    const beyond = [
      ...all.slice(MAX_SENT),
      ...all.filter(([, doc]) => doc.topic === topic).slice(MAX_SENT_PER_TOPIC)
    ]
    if (beyond.length > 0) await this.deps.composer.removeAll(beyond.map(([id]) => id))
  }
}
