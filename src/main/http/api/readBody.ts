/** A request's JSON, bounded: of one request and of all at once. */
import type { IncomingMessage } from 'node:http'

/** Largest body of one request; a message's longest body and its envelope, as over WebSocket. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024
/** Of all requests together; one that would go beyond waits for nobody and is told to come again. */
export const MAX_BODIES_BYTES = 128 * 1024 * 1024

export type Body =
  { status: 'READ'; value: unknown } | { status: 'TOO_LARGE' | 'BUSY' | 'NOT_JSON' | 'ABORTED' }

export class BodyReader {
  private held = 0

  async read(request: IncomingMessage): Promise<Body> {
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES)
      return { status: 'TOO_LARGE' }
    const chunks: Buffer[] = []
    let size = 0
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        size += chunk.length
        this.held += chunk.length
        if (size > MAX_BODY_BYTES) return { status: 'TOO_LARGE' }
        if (this.held > MAX_BODIES_BYTES) return { status: 'BUSY' }
        chunks.push(chunk)
      }
      if (size === 0) return { status: 'READ', value: undefined }
      return {
        status: 'READ',
        value: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown
      }
    } catch (error) {
      return { status: error instanceof SyntaxError ? 'NOT_JSON' : 'ABORTED' }
    } finally {
      this.held -= size
    }
  }
}
