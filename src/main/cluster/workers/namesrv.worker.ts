import { systemClock } from '../../base/clock'
import { nodeDisk } from '../../base/disk'
import { namesrvEntry } from '../entries/namesrvEntry'
import { threadPort } from './port'

namesrvEntry({ port: threadPort(), clock: systemClock, disk: nodeDisk })
