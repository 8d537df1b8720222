/** Heartbeats, goodbyes and Telemetry. Java: ClientActivity. */
import { groupOf } from '../message/names'
import { OK } from '../v2/code'
import type { MessagingService } from '../v2/methods'
import type { ClientSessions } from './clientSessions'

/** Clients without settings are answered as well: they send them again in their own time. */
export const clientService = (
  sessions: Pick<ClientSessions, 'heard' | 'terminate' | 'telemetry'>
): Pick<MessagingService, 'Heartbeat' | 'NotifyClientTermination' | 'Telemetry'> => ({
  Heartbeat: async ({ group }, { clientId }) => {
    if (group?.name) groupOf(group)
    sessions.heard(clientId)
    return { status: OK }
  },
  NotifyClientTermination: async ({ group }, { clientId }) => {
    if (group?.name) groupOf(group)
    sessions.terminate(clientId)
    return { status: OK }
  },
  Telemetry: (stream, clientId) => sessions.telemetry(stream, clientId)
})
