/** Headers that come in more than one frame. */
import { ConnectionError, ErrorCode } from './frames'

export class HeaderBlock {
  private readonly pieces: Buffer[]
  private bytes: number

  constructor(
    readonly streamId: number,
    /** Of the first frame. */
    readonly flags: number,
    piece: Buffer,
    private readonly maxBytes: number
  ) {
    this.pieces = [piece]
    this.bytes = piece.length
  }

  /** @throws ConnectionError when it gets too large. */
  add(piece: Buffer): void {
    this.pieces.push(piece)
    this.bytes += piece.length
    // Frames without bytes count as well, or they could come for ever.
    if (this.bytes + this.pieces.length > this.maxBytes)
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, 'headers are too large')
  }

  whole(): Buffer {
    return Buffer.concat(this.pieces)
  }
}
