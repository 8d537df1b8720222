/** A CPU profile of one thread of the product, taken through the inspector. */
import { WebSocket } from 'ws'

interface ProfileNode {
  id: number
  callFrame: { functionName: string; url: string; lineNumber: number }
}
export interface CpuProfile {
  nodes: ProfileNode[]
  samples: number[]
  timeDeltas: number[]
}
interface Message {
  id?: number
  method?: string
  params?: Record<string, unknown>
  result?: Record<string, unknown>
  error?: { message: string }
}

/** A session with the thread whose name holds this; its requests travel inside those to the process. */
export const attachToWorker = async (url: string, name: string) => {
  const socket = new WebSocket(url)
  await new Promise((done, reject) => socket.once('open', done).once('error', reject))
  let lastId = 0
  const waiting = new Map<number, (message: Message) => void>()
  let sessionId: string | undefined
  let onAttached: () => void = () => undefined
  const attached = new Promise<void>((done) => (onAttached = done))
  const take = (message: Message): void => {
    if (message.id !== undefined) waiting.get(message.id)?.(message)
    const { params = {} } = message
    if (message.method === 'NodeWorker.attachedToWorker') {
      const { title } = params['workerInfo'] as { title: string }
      if (!title.includes(name)) return
      sessionId = params['sessionId'] as string
      onAttached()
    }
    if (
      message.method === 'NodeWorker.receivedMessageFromWorker' &&
      params['sessionId'] === sessionId
    )
      take(JSON.parse(params['message'] as string) as Message)
  }
  socket.on('message', (data: Buffer) => take(JSON.parse(data.toString()) as Message))
  const answerTo = (id: number): Promise<Record<string, unknown>> =>
    new Promise((done, reject) =>
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id)
        if (error) reject(new Error(`inspector: ${error.message}`))
        else done(result ?? {})
      })
    )
  const callProcess = (method: string, params = {}): Promise<Record<string, unknown>> => {
    const id = ++lastId
    socket.send(JSON.stringify({ id, method, params }))
    return answerTo(id)
  }
  const call = async (method: string, params = {}): Promise<Record<string, unknown>> => {
    const id = ++lastId
    const answer = answerTo(id)
    const message = JSON.stringify({ id, method, params })
    await callProcess('NodeWorker.sendMessageToWorker', { sessionId, message })
    return answer
  }
  await callProcess('NodeWorker.enable', { waitForDebuggerOnStart: false })
  await attached
  return { call, close: () => socket.close() }
}

/** Self time by function, its place in the bundle with it. */
export const selfTimes = ({
  nodes,
  samples,
  timeDeltas
}: CpuProfile): { total: number; rows: [string, string, number][] } => {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]))
  const spent = new Map<string, [string, string, number]>()
  let total = 0
  samples.forEach((id, i) => {
    const frame = byId.get(id)
    const micros = timeDeltas[i] ?? 0
    if (!frame) return
    const file = frame.url.split('/').at(-1) ?? ''
    const place = file === '' ? '' : `${file}:${frame.lineNumber + 1}`
    const key = `${frame.functionName} ${place}`
    const entry = spent.get(key) ?? [frame.functionName || '(anonymous)', place, 0]
    entry[2] += micros
    spent.set(key, entry)
    total += micros
  })
  return { total, rows: [...spent.values()].sort((a, b) => b[2] - a[2]) }
}
