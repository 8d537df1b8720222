/** What the window sees of topics beside their configuration. */

/** Sums over the brokers that answered. */
export interface TopicFigures {
  topic: string
  /** Stored at the moment. */
  messages: number
  /** Store time of the newest; 0 without one. */
  lastTimestamp: number
  /** Messages a second sent to it; absent where brokers do not tell, as before 5.x. */
  inTps?: number
  /** Messages a second its groups got; absent where brokers do not tell. */
  outTps?: number
  /** A broker did not answer. */
  isPartial: boolean
}

/** What emptying a topic came to. */
export interface TopicEmptied {
  /** Brokers it was made anew on. */
  brokerNames: string[]
}
