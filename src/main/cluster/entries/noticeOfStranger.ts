import type { Stranger } from '../../remoting/strangers'
import type { NodeNotice } from '../control'

/** The cure needs the other nodes' addresses: the console adds it. */
export const noticeOfStranger = ({ protocol, remoteAddress, port }: Stranger): NodeNotice => ({
  level: 'warning',
  code: 'WRONG_PORT',
  // Without its port, which is another at each try.
  params: { protocol, port, client: remoteAddress.replace(/:\d+$/, '') }
})
