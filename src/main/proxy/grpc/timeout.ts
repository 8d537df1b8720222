/** Header `grpc-timeout`: up to eight digits and a unit. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */

const unitMs: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6
}

const UNIT_LENGTH = 1
const MAX_LENGTH = 8 + UNIT_LENGTH

/** In ms; Infinity for what is absent or not to be understood. Java's Telemetry asks for sixty years. */
export const timeoutMs = (header: string | string[] | undefined): number => {
  if (typeof header !== 'string' || header.length > MAX_LENGTH) return Infinity
  const unit = unitMs[header.slice(-UNIT_LENGTH)]
  const digits = header.slice(0, -UNIT_LENGTH)
  return unit !== undefined && /^\d+$/.test(digits) ? Number(digits) * unit : Infinity
}
