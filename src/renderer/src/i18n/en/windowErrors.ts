/** Causes and cures of what the composer and consumers of a window refuse. */
export const windowErrors = {
  TOPIC_TYPE_MISMATCH: {
    cause: 'Topic {topic} takes {type} messages, this one is of another kind.',
    cure: 'Choose the kind the topic takes, or say that it shall be sent all the same: brokers store it, official 5.x clients refuse to send it.'
  },
  RUN_UNDER_WAY: {
    cause: 'This window sends a series of messages already.',
    cure: 'Stop it first, or wait until it is done.'
  },
  TOO_MANY_RUNS: {
    cause: '{n} series are being sent at the moment.',
    cure: 'Wait until one of them is done.'
  },
  TEMPLATE_TOO_LONG: {
    cause: 'The message is too long for a template; at most {n} characters are kept.',
    cure: 'Shorten the body, or send it from a file.'
  },
  TOO_MANY_TEMPLATES: {
    cause: 'There are {n} templates, no more are kept.',
    cure: 'Delete some that are not used.'
  },
  TEMPLATE_NOT_FOUND: {
    cause: 'There is no template {name} any more.',
    cure: 'It was deleted or renamed in another window.'
  },
  TEMPLATE_EXISTS: {
    cause: 'There is a template {name} already.',
    cure: 'Choose another name.'
  },
  TRANSACTION_GONE: {
    cause: 'This transaction is not known here any more.',
    cure: 'Gantry was restarted or looks at another cluster. When its broker asks again, it is listed again.'
  },
  CONSUMER_GONE: {
    cause: 'The consumer ended.',
    cure: 'It ends with its window, or when another cluster is chosen. Start it again.'
  },
  TOO_MANY_CONSUMERS: {
    cause: '{n} consumers run in windows already.',
    cure: 'Stop one of them.'
  },
  GROUP_HAS_MEMBERS: {
    cause: 'Group {groupName} has {n} members online, who would get fewer messages.',
    cure: 'Use a group of your own, or confirm that messages shall be taken from them.'
  }
}
