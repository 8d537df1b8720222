/** The form of a consumer in the window. Pure. */
import type { ConsumeDraft, ConsumeDraftInput } from '../../../../shared/consumeDrafts'
import { WINDOW_GROUP_PREFIX } from '../../../../shared/consumeLimits'
import { GROUP_MAX_LENGTH, NAME_PATTERN } from '../../../../shared/names'

export type ConsumerForm = Omit<ConsumeDraft, 'behaviour' | 'makeGroup' | 'takeFromOthers'> &
  ConsumeDraft['behaviour']

/** A group of its own: nobody loses a message for it. */
export const newConsumerForm = (topic: string, random: number): ConsumerForm => ({
  topic,
  group: `${WINDOW_GROUP_PREFIX}${random.toString(36)}`,
  cleanUp: true,
  kind: 'push',
  model: 'CLUSTERING',
  isOrderly: false,
  from: 'last',
  expressionType: 'TAG',
  expression: '*',
  maxInHand: 8,
  invisibleMs: 30_000,
  ack: 'manual',
  failPercent: 0,
  processingMs: 0
})

export const draftOfConsumer = (form: ConsumerForm, takeFromOthers: boolean): ConsumeDraftInput => {
  const { ack, failPercent, processingMs, ...rest } = form
  return {
    ...rest,
    group: form.group.trim(),
    expression: form.expression.trim() || '*',
    behaviour: { ack, failPercent, processingMs },
    makeGroup: true,
    takeFromOthers
  }
}

export type ConsumerFormProblem = 'topicMissing' | 'groupInvalid' | 'expressionMissing'

export const consumerFormProblem = (form: ConsumerForm): ConsumerFormProblem | undefined => {
  if (form.topic.trim() === '') return 'topicMissing'
  const group = form.group.trim()
  if (group === '' || group.length > GROUP_MAX_LENGTH || !NAME_PATTERN.test(group)) return 'groupInvalid' // prettier-ignore
  return form.expressionType === 'SQL92' && form.expression.trim() === ''
    ? 'expressionMissing'
    : undefined
}
