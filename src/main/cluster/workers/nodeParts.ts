import { systemClock } from '../../base/clock'
import { nodeDisk } from '../../base/disk'
import { FaultyDisk } from '../../base/faultyDisk'
import { FaultyLines } from '../../base/faultyLines'
import { sharedPorts } from '../../base/ownPorts'
import { systemRandom } from '../../base/random'
import { VirtualClock } from '../../base/virtualClock'
import type { NodeStart } from '../control'
import { nodeMemory, threadPort } from './port'

/** What every node's thread is built of: the machine's own, behind what can be disturbed. */
export const nodeParts = <S extends NodeStart>() => ({
  port: threadPort<S>(),
  clock: new VirtualClock(systemClock),
  disk: new FaultyDisk(nodeDisk, systemClock),
  lines: new FaultyLines({
    clock: systemClock,
    random: systemRandom,
    own: sharedPorts(nodeMemory().ownPorts)
  }),
  random: systemRandom
})
