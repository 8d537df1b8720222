import { systemClock } from '../../base/clock'
import { nodeDisk } from '../../base/disk'
import { systemRandom } from '../../base/random'
import { brokerEntry } from '../entries/brokerEntry'
import { threadPort } from './port'

brokerEntry({ port: threadPort(), clock: systemClock, disk: nodeDisk, random: systemRandom })
