import { systemClock } from '../../base/clock'
import { nodeDisk } from '../../base/disk'
import { systemRandom } from '../../base/random'
import { VirtualClock } from '../../base/virtualClock'
import { brokerEntry } from '../entries/brokerEntry'
import { threadPort } from './port'

brokerEntry({
  port: threadPort(),
  clock: new VirtualClock(systemClock),
  disk: nodeDisk,
  random: systemRandom
})
