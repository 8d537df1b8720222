import type { GrpcClientsView } from '../../shared/grpcViews'
import { Emitter } from '../base/emitter'

const NOBODY: GrpcClientsView = { clients: [], total: 0 }

/** The clients of the proxy, as it told them last; none where it does not run. */
export class GrpcClients {
  readonly changed = new Emitter<void>()
  private last = NOBODY

  get view(): GrpcClientsView {
    return this.last
  }

  told(view: GrpcClientsView): void {
    this.last = view
    this.changed.emit()
  }

  forget(): void {
    if (this.last.total > 0) this.told(NOBODY)
  }
}
