/** A topic that was deleted, perhaps after the last checkpoint: what is left of it is no damage. */
export interface DeletedTopic {
  topic: string
  /** Of its folder. */
  topicId: number
  /** Records of the name before this offset of the log are nobody's. */
  untilOffset: number
}
