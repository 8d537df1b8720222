/** Bodies that came as gzip, as remoting clients read compressed ones: zlib. Java: Compressor. */
import { deflate, gunzip, type InputType } from 'node:zlib'
import { promisify } from 'node:util'
import { Code, StatusError } from '../v2/code'

const unpack = promisify<InputType, { maxOutputLength: number }, Buffer>(gunzip)
const pack = promisify<InputType, Buffer>(deflate)

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'

/** @throws StatusError MESSAGE_CORRUPTED where it is no gzip, MESSAGE_BODY_TOO_LARGE where it is larger than that. */
export const gzipToZlib = async (body: Buffer, maxOutputLength: number): Promise<Buffer> => {
  let plain: Buffer
  try {
    plain = await unpack(body, { maxOutputLength })
  } catch (error) {
    if (isTooLarge(error))
      throw new StatusError(
        Code.MESSAGE_BODY_TOO_LARGE,
        `the message body has more than ${maxOutputLength} bytes when it is unpacked`
      )
    throw new StatusError(
      Code.MESSAGE_CORRUPTED,
      `the message says that its body is gzip, but it cannot be unpacked: ${String(error)}`
    )
  }
  return pack(plain)
}
