/** How the last streams of a connection ended: late frames are a race where we cut a stream, and a mistake where the peer had ended it. */

/** Streams remembered; frames for older ones are let pass. */
const REMEMBERED = 512

export class ClosedStreams {
  private readonly ids = new Uint32Array(REMEMBERED)
  private readonly endings = new Uint8Array(REMEMBERED)
  private next = 0

  add(streamId: number, isEndedByPeer: boolean): void {
    this.ids[this.next] = streamId
    this.endings[this.next] = isEndedByPeer ? 1 : 0
    this.next = (this.next + 1) % REMEMBERED
  }

  /** Undefined: it is not remembered, or never was. */
  isEndedByPeer(streamId: number): boolean | undefined {
    const at = this.ids.indexOf(streamId)
    return at < 0 ? undefined : this.endings[at] === 1
  }
}
