/** Where the parts of a topic's route lie in its drawing: nameserver → brokers → queues. Pure. */
import type { QueueOffsetView, TopicDetail } from '../../../../shared/views'

const CELL = 26
const CELL_GAP = 5
const CELLS_PER_ROW = 8
/** More queues of one broker than this are counted, not drawn. */
export const MAX_DRAWN_QUEUES = 32
const BROKER_GAP = 22
const BROKER_HEIGHT = 48
const BROKER_X = 190
const QUEUES_X = 400

export interface QueueCell {
  x: number
  y: number
  queueId: number
  count: number
  /** Share of the fullest queue, 0 to 1. */
  fill: number
  access: 'readWrite' | 'readOnly' | 'writeOnly'
}

export interface BrokerBox {
  brokerName: string
  address: string
  x: number
  y: number
  cells: QueueCell[]
  hidden: number
  cellsX: number
  hiddenY: number
}

export interface RouteLayout {
  width: number
  height: number
  middle: number
  brokers: BrokerBox[]
}

export const CELL_SIZE = CELL
export const BROKER_SIZE = { width: 150, height: BROKER_HEIGHT }
export const NAMESERVER_SIZE = { width: 120, height: 40 }

export const stored = ({ minOffset, maxOffset }: QueueOffsetView): number =>
  Math.max(0, maxOffset - minOffset)

export const layoutRoute = ({ route, brokers, queues }: TopicDetail): RouteLayout => {
  const fullest = Math.max(1, ...queues.map(stored))
  let top = 4
  const boxes = route.map(({ brokerName, brokerAddrs }): BrokerBox => {
    const config = brokers.find((broker) => broker.brokerName === brokerName)
    const reads = config?.readQueueNums ?? 0
    const writes = config?.writeQueueNums ?? 0
    const total = Math.max(reads, writes)
    const drawn = Math.min(total, MAX_DRAWN_QUEUES)
    const rows = Math.ceil(drawn / CELLS_PER_ROW)
    const gridHeight = rows * (CELL + CELL_GAP) - CELL_GAP + (total > drawn ? 18 : 0)
    const height = Math.max(BROKER_HEIGHT, gridHeight)
    const gridTop = top + (height - gridHeight) / 2
    const cells = Array.from({ length: drawn }, (_, queueId): QueueCell => {
      const queue = queues.find((q) => q.brokerName === brokerName && q.queueId === queueId)
      const count = queue ? stored(queue) : 0
      return {
        x: QUEUES_X + (queueId % CELLS_PER_ROW) * (CELL + CELL_GAP),
        y: gridTop + Math.floor(queueId / CELLS_PER_ROW) * (CELL + CELL_GAP),
        queueId,
        count,
        fill: count / fullest,
        access: queueId >= writes ? 'readOnly' : queueId >= reads ? 'writeOnly' : 'readWrite'
      }
    })
    const box: BrokerBox = {
      brokerName,
      address:
        (brokerAddrs.find(({ brokerId }) => brokerId === 0) ?? brokerAddrs[0])?.address ?? '',
      x: BROKER_X,
      y: top + (height - BROKER_HEIGHT) / 2,
      cells,
      hidden: total - drawn,
      cellsX: QUEUES_X,
      hiddenY: gridTop + gridHeight - 3
    }
    top += height + BROKER_GAP
    return box
  })
  const height = Math.max(BROKER_HEIGHT + 8, top - BROKER_GAP + 4)
  return {
    width: QUEUES_X + CELLS_PER_ROW * (CELL + CELL_GAP),
    height,
    middle: height / 2,
    brokers: boxes
  }
}
