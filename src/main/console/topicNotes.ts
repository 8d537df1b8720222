import { MAX_NOTES } from '../../shared/topicLimits'
import { ProblemError } from '../cluster/problem'
import type { Collection } from '../meta/collection'
import type { TopicNoteDoc } from '../meta/installationMeta'

/** What people wrote down about topics; kept by this installation, for each cluster apart. */
export class TopicNotes {
  constructor(
    private readonly notes: Pick<Collection<TopicNoteDoc>, 'all' | 'get' | 'put' | 'remove'>,
    private readonly place: () => string
  ) {}

  of(topic: string): string {
    return this.notes.get(this.key(topic))?.note ?? ''
  }

  /** @throws ProblemError TOO_MANY_NOTES. */
  async set(topic: string, note: string): Promise<void> {
    const key = this.key(topic)
    if (note.trim() === '') {
      await this.notes.remove(key)
      return
    }
    if (this.notes.get(key) === undefined && [...this.notes.all()].length >= MAX_NOTES)
      throw new ProblemError('TOO_MANY_NOTES', { limit: MAX_NOTES }, `${MAX_NOTES} notes are kept`)
    await this.notes.put(key, { note: note.trim() })
  }

  private key(topic: string): string {
    return `${this.place()} ${topic}`
  }
}
