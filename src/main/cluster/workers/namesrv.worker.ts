import { systemClock } from '../../base/clock'
import { nodeDisk } from '../../base/disk'
import { VirtualClock } from '../../base/virtualClock'
import { namesrvEntry } from '../entries/namesrvEntry'
import { threadPort } from './port'

namesrvEntry({ port: threadPort(), clock: new VirtualClock(systemClock), disk: nodeDisk })
