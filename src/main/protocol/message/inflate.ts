/** Bodies that clients compressed, as viewers and consumers read them. Java: CompressorFactory. */
import { inflateSync } from 'node:zlib'
import { InflateError } from './inflateError'
import { inflateLz4 } from './lz4Frame'
import type { compressionOf } from './sysFlag'
import { inflateZstd } from './zstdFrame'

export type Compression = ReturnType<typeof compressionOf>

const inflateZlib = (body: Buffer, maxBytes: number): Buffer => {
  try {
    return inflateSync(body, { maxOutputLength: maxBytes })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw InflateError.tooLarge(maxBytes)
    throw error
  }
}

const inflaters: Readonly<
  Record<Exclude<Compression, 'none'>, (body: Buffer, maxBytes: number) => Buffer>
> = { zlib: inflateZlib, lz4: inflateLz4, zstd: inflateZstd }

/** The body as it was before it was compressed. @throws InflateError, nothing else. */
export const inflate = (body: Buffer, compression: Compression, maxBytes: number): Buffer => {
  if (compression === 'none') return body
  try {
    return inflaters[compression](body, maxBytes)
  } catch (error) {
    if (error instanceof InflateError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new InflateError('DAMAGED', `the ${compression} body cannot be read: ${reason}`)
  }
}
