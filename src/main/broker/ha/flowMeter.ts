/** Bytes of the second before this one. Java: FlowMonitor. */
export class FlowMeter {
  private second = 0
  private bytes = 0
  private before = 0

  constructor(private readonly clock: { monotonic(): number }) {}

  add(bytes: number): void {
    this.roll()
    this.bytes += bytes
  }

  get transferredByteInSecond(): number {
    this.roll()
    return this.before
  }

  private roll(): void {
    const second = Math.floor(this.clock.monotonic() / 1000)
    if (second === this.second) return
    this.before = second === this.second + 1 ? this.bytes : 0
    this.second = second
    this.bytes = 0
  }
}
