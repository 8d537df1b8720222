import type { Handlers } from '../../shared/contract'
import type { Supervisor } from '../cluster/supervisor'

export const grpcHandlers = ({ supervisor }: { supervisor: Pick<Supervisor, 'grpcClients'> }) =>
  ({
    'grpc.clients': () => supervisor.grpcClients.view
  }) satisfies Partial<Handlers>
